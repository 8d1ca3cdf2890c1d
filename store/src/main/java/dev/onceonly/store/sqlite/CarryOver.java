package dev.onceonly.store.sqlite;

import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.service.RestoreSteps;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.store.sqlite.RestoreReport.Difference;
import dev.onceonly.store.sqlite.RestoreReport.Kind;
import dev.onceonly.store.sqlite.RestoreReport.Subject;
import dev.onceonly.store.sqlite.SecurityState.Name;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Compares a backup's copy with the store that it is to replace, and keeps disabled in it what was
/// disabled there. Works inside one transaction of the caller's on the copy. Not thread-safe.
final class CarryOver {
  private static final Comparator<Difference> TOLD =
      Comparator.comparing(Difference::kind).thenComparing(Difference::subject);

  private final SqliteTables tables;
  private final SecurityState old;
  private final SecurityState backup;
  private final boolean keepsOff;
  private final Instant now;
  private final List<Difference> differences = new ArrayList<>();

  private CarryOver(Connection copy, SecurityState old, boolean keepsOff, Instant now) {
    this.tables = new SqliteTables(copy);
    this.old = old;
    this.backup = SecurityState.read(copy);
    this.keepsOff = keepsOff;
    this.now = now;
  }

  /// Carries over what the replaced store knew.
  ///
  /// @param old null where the folder had no store
  /// @param now no earlier than anything in either store
  static RestoreReport run(
      Connection copy, @Nullable SecurityState old, boolean keepsOff, Instant now)
      throws SQLException {
    if (old == null) {
      SqliteTables tables = new SqliteTables(copy);
      for (long id : SecurityState.read(copy).namespaces.values()) {
        apply(tables, RestoreSteps.noted(id, "from a backup, into a folder without a store"), now);
      }
      return new RestoreReport(false, List.of(), List.of());
    }
    return new CarryOver(copy, old, keepsOff, now).run();
  }

  private RestoreReport run() throws SQLException {
    for (String name : old.namespaces.keySet()) {
      if (!backup.namespaces.containsKey(name)) {
        add(Kind.LOST, Subject.NAMESPACE, new Name(name, "", name));
      }
    }
    for (long id : backup.namespaces.values()) {
      apply(tables, RestoreSteps.noted(id, "from a backup, in the place of another store"), now);
    }
    agents();
    keys();
    tools();
    policies();
    differences.sort(TOLD);
    return new RestoreReport(true, differences, old.unread);
  }

  private void agents() throws SQLException {
    for (var entry : old.agentsOff.entrySet()) {
      Name name = entry.getKey();
      Long namespace = backup.namespaces.get(name.namespace());
      if (namespace != null && !backup.agentsOff.containsKey(name)) {
        add(off(), subject(name), name);
        keep(RestoreSteps.agentKeptOff(new AgentKey(namespace, name.name()), entry.getValue()));
      }
    }
    if (wasRead("disabled agents")) {
      for (Name name : backup.agentsOff.keySet()) {
        if (old.namespaces.containsKey(name.namespace()) && !old.agentsOff.containsKey(name)) {
          add(Kind.OFF_AGAIN, subject(name), name);
        }
      }
    }
  }

  private void keys() throws SQLException {
    for (var entry : old.keys.entrySet()) {
      SecurityState.Key was = entry.getValue();
      SecurityState.Key is = backup.keys.get(entry.getKey());
      if (is == null) {
        add(Kind.LOST, Subject.API_KEY, was.name());
      } else if (!was.enabled() && is.enabled()) {
        add(off(), Subject.API_KEY, is.name());
        Long owner = backup.namespaces.get(is.name().namespace());
        if (owner != null) {
          keep(RestoreSteps.keyKeptOff(new ApiKeyKey(entry.getKey()), owner));
        }
      }
    }
    if (wasRead("API keys")) {
      for (var entry : backup.keys.entrySet()) {
        if (!old.keys.containsKey(entry.getKey())) {
          add(Kind.UNKNOWN_BEFORE, Subject.API_KEY, entry.getValue().name());
        }
      }
    }
  }

  private void tools() throws SQLException {
    for (var entry : old.tools.entrySet()) {
      Name name = entry.getKey();
      Long namespace = backup.namespaces.get(name.namespace());
      Boolean isOn = backup.tools.get(name);
      if (isOn == null) {
        add(Kind.LOST, Subject.TOOL, name);
      } else if (isOn && !entry.getValue() && namespace != null) {
        add(off(), Subject.TOOL, name);
        keep(RestoreSteps.toolKeptOff(new ToolKey(namespace, name.scope(), name.name())));
      } else if (!isOn && entry.getValue()) {
        add(Kind.OFF_AGAIN, Subject.TOOL, name);
      }
    }
    back("tools", Subject.TOOL, backup.tools, old.tools);
  }

  private void policies() {
    for (var entry : old.policies.entrySet()) {
      String version = backup.policies.get(entry.getKey());
      if (version == null) {
        add(Kind.LOST, Subject.POLICY, entry.getKey());
      } else if (!version.equals(entry.getValue())) {
        add(Kind.CHANGED_BACK, Subject.POLICY, entry.getKey());
      }
    }
    back("policies", Subject.POLICY, backup.policies, old.policies);
  }

  private void back(String part, Subject subject, Map<Name, ?> now, Map<Name, ?> before) {
    if (!wasRead(part)) {
      return;
    }
    for (Name name : now.keySet()) {
      if (!before.containsKey(name)) {
        add(Kind.BACK, subject, name);
      }
    }
  }

  /// What is missing in a part that could not be read whole says nothing.
  private boolean wasRead(String part) {
    return old.unread.stream().noneMatch(unread -> unread.startsWith(part));
  }

  private Kind off() {
    return keepsOff ? Kind.KEPT_OFF : Kind.ENABLED_AGAIN;
  }

  private static Subject subject(Name agent) {
    return SecurityState.isSwitch(agent) ? Subject.SWITCH : Subject.AGENT;
  }

  private void add(Kind kind, Subject subject, Name name) {
    String shown =
        switch (subject) {
          case SWITCH -> "";
          case TOOL -> name.scope() + "/" + name.name();
          case NAMESPACE, AGENT, API_KEY, POLICY -> name.name();
        };
    differences.add(new Difference(kind, subject, name.namespace(), shown));
  }

  private void keep(Step<?> step) throws SQLException {
    if (keepsOff) {
      apply(tables, step, now);
    }
  }

  /// As the lane does with a step that is alone in its batch.
  private static void apply(SqliteTables tables, Step<?> step, Instant now) throws SQLException {
    Map<RowKey<?>, @Nullable Object> loaded = new HashMap<>();
    for (RowKey<?> key : step.reads(now)) {
      loaded.put(key, tables.load(key));
    }
    Rows rows =
        new Rows() {
          @Override
          public <T> @Nullable T get(RowKey<T> key) {
            if (!loaded.containsKey(key)) {
              throw new IllegalStateException("a step reads what it names: " + key);
            }
            return key.rowType().cast(loaded.get(key));
          }
        };
    for (Change<?> change : Objects.requireNonNull(step.decide(rows, now)).changes()) {
      tables.save(change);
    }
    tables.forgetPlaces();
  }
}
