package dev.onceonly.core.service;

import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.ToolDefinition;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.govern.ToolRow.Endpoint;
import dev.onceonly.core.govern.ToolRow.Secret;
import dev.onceonly.core.govern.ToolTotalKey;
import dev.onceonly.core.govern.ToolTotalRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The atomic changes of the tools registry, each with its entry in the namespace's audit chain.
/// Entries name no URL: it may carry a token.
final class ToolSteps {
  private ToolSteps() {}

  /// What became of a registration.
  sealed interface RegisterResult {
    record Registered(ToolRow row) implements RegisterResult {}

    /// A new tool needs a secret; nothing was changed.
    record SecretMissing() implements RegisterResult {}

    /// The plan has no room for a further tool; nothing was changed.
    record PlanFull(long toolsMax) implements RegisterResult {}
  }

  /// Sealed secrets as given.
  ///
  /// @param secret null keeps the current one
  /// @param next null is none
  record Sealed(@Nullable Secret secret, @Nullable Secret next) {}

  /// Registers a tool, or puts another definition in its place. The same one again changes nothing.
  ///
  /// @param sealed null keeps all secrets as they are
  /// @param toolsMax null is unlimited
  record Register(
      ToolKey key,
      ToolDefinition definition,
      @Nullable Sealed sealed,
      @Nullable Long toolsMax,
      String actor)
      implements Step<RegisterResult> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key, total(key), chain(key));
    }

    @Override
    public Decided<RegisterResult> decide(Rows rows, Instant now) {
      ToolRow current = rows.get(key);
      Endpoint endpoint = endpoint(current == null ? null : current.endpoint());
      if (endpoint == null) {
        return Decided.unchanged(new RegisterResult.SecretMissing());
      }
      ToolTotalRow total = totalRow(rows, key);
      if (current == null && toolsMax != null && total.tools() >= toolsMax) {
        return Decided.unchanged(new RegisterResult.PlanFull(toolsMax));
      }
      ToolRow row =
          new ToolRow(
              endpoint,
              definition.delivery(),
              definition.enabled(),
              definition.description(),
              current == null ? now.toEpochMilli() : current.createdAtMs());
      if (row.equals(current)) {
        return Decided.unchanged(new RegisterResult.Registered(row));
      }
      String detail = named(key) + ", secret " + endpoint.secret().id();
      List<Change<?>> changes = audited(key, rows, now, "tool.register", actor, detail);
      changes.add(new Change<>(key, row));
      if (current == null) {
        changes.add(new Change<>(total(key), new ToolTotalRow(total.tools() + 1)));
      }
      return new Decided<>(new RegisterResult.Registered(row), changes, List.of(), null);
    }

    private @Nullable Endpoint endpoint(@Nullable Endpoint current) {
      Secret stored = current == null ? null : current.secret();
      Secret storedNext = current == null ? null : current.nextSecret();
      Secret secret = sealed == null ? stored : kept(sealed.secret(), stored, stored);
      Secret next = sealed == null ? storedNext : kept(sealed.next(), storedNext, null);
      return secret == null
          ? null
          : new Endpoint(definition.url(), secret, next, definition.onlyV2());
    }

    // Sealed twice, one secret gives two texts; its id says that it is the same one.
    private static @Nullable Secret kept(
        @Nullable Secret given, @Nullable Secret stored, @Nullable Secret absent) {
      if (given == null) {
        return absent;
      }
      return stored != null && stored.id().equals(given.id()) ? stored : given;
    }
  }

  /// Switches a tool on or off; answers with the tool, where there is one.
  record Toggle(ToolKey key, boolean enabled, String actor) implements Step<Optional<ToolRow>> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key, chain(key));
    }

    @Override
    public Decided<Optional<ToolRow>> decide(Rows rows, Instant now) {
      ToolRow current = rows.get(key);
      if (current == null || current.enabled() == enabled) {
        return Decided.unchanged(Optional.ofNullable(current));
      }
      ToolRow row = current.withEnabled(enabled);
      String detail = named(key) + (enabled ? ", on" : ", off");
      List<Change<?>> changes = audited(key, rows, now, "tool.toggle", actor, detail);
      changes.add(new Change<>(key, row));
      return new Decided<>(Optional.of(row), changes, List.of(), null);
    }
  }

  /// Deletes a tool with its secrets; answers whether there was one.
  record Delete(ToolKey key, String actor) implements Step<Boolean> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key, total(key), chain(key));
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      if (rows.get(key) == null) {
        return Decided.unchanged(false);
      }
      List<Change<?>> changes = audited(key, rows, now, "tool.delete", actor, named(key));
      changes.add(new Change<>(key, null));
      changes.add(new Change<>(total(key), new ToolTotalRow(totalRow(rows, key).tools() - 1)));
      return new Decided<>(true, changes, List.of(), null);
    }
  }

  private static ToolTotalKey total(ToolKey key) {
    return new ToolTotalKey(key.namespaceId());
  }

  private static ToolTotalRow totalRow(Rows rows, ToolKey key) {
    ToolTotalRow stored = rows.get(total(key));
    return stored == null ? ToolTotalRow.NONE : stored;
  }

  private static ChainKey chain(ToolKey key) {
    return ChainKey.ofNamespace(key.namespaceId());
  }

  private static String named(ToolKey key) {
    return key.name() + " in " + key.scopeId();
  }

  private static List<Change<?>> audited(
      ToolKey key, Rows rows, Instant now, String action, String actor, String detail) {
    Content content = new Content(now.toEpochMilli(), action, actor, null, detail);
    return AuditTrail.entry(chain(key), rows, content);
  }
}
