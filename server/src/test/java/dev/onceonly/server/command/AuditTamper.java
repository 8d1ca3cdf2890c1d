package dev.onceonly.server.command;

import dev.onceonly.core.audit.AuditChain;
import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditEntry.Verdict;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.audit.RetentionHistory;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.server.Stores;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.FreeStep;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Writes audit chains, and changes them behind the store's back.
record AuditTamper(Path data) {
  private static final List<String> SUMMED =
      List.of(
          "namespaces",
          "api_keys",
          "locks",
          "leases",
          "lease_documents",
          "policies",
          "tools",
          "agents",
          "agent_days",
          "calls",
          "call_documents",
          "dedup_entries",
          "run_events",
          "feed_items");

  /// Appends entries about calls to an agent's chain, as a server would.
  void appendCalls(String agent, int entries, String tool) {
    try (DataFolder folder = DataFolder.hold(data);
        SqliteStore store =
            Stores.open(folder, Settings.of(Map.of("data", data.toString(), "port", "0")))) {
      for (int i = 0; i < entries; i++) {
        append(store, new ChainKey(1, agent), tool);
      }
    }
  }

  /// As [#appendCalls], so long ago.
  void appendOldCalls(String agent, int entries, Duration ago) {
    try (DataFolder folder = DataFolder.hold(data);
        SqliteStore store =
            Stores.open(folder, Settings.of(Map.of("data", data.toString(), "port", "0")))) {
      for (int i = 0; i < entries; i++) {
        append(store, new ChainKey(1, agent), "mail.send", ago);
      }
    }
  }

  /// Appends one entry.
  static void append(Store store, ChainKey chain, String tool) {
    append(store, chain, tool, Duration.ZERO);
  }

  /// Appends one entry as if it had been done so long ago.
  static void append(Store store, ChainKey chain, String tool, Duration ago) {
    store.run(
        FreeStep.reading(
            List.of(chain),
            (rows, now) -> {
              ChainRow stored = rows.get(chain);
              ChainRow head = stored == null ? ChainRow.EMPTY : stored;
              CallFacts call =
                  new CallFacts(
                      tool,
                      new Verdict(true, "executed", "allowed", "low"),
                      "call_1",
                      "a".repeat(64),
                      30,
                      "v1");
              Content content =
                  new Content(now.minus(ago).toEpochMilli(), "call", "key_1", call, "detail");
              AuditEntry entry = AuditChain.next(chain, head, content);
              ChainRow next = head.grownBy(entry);
              return new Decided<>(
                  true,
                  List.of(
                      new Change<>(chain, next),
                      new Change<>(new AuditKey(chain, next.length()), entry)),
                  List.of(),
                  null);
            }));
  }

  /// Runs one statement on the database.
  ///
  /// @return the rows that it changed
  int execute(String sql, Object... values) {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("onceonly.db"));
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /// As retention does: removes a prefix of an agent's chain and leaves its anchor.
  void removeUpTo(String agent, long number) {
    execute(
        """
        UPDATE audit_chains SET anchor_number = ?, (anchor_hash, anchor_at_ms) = (
          SELECT hash, at_ms FROM audit_entries WHERE chain_id = audit_chains.id AND number = ?)
        WHERE chain = ?
        """,
        number,
        number,
        agent);
    execute(
        """
        DELETE FROM audit_entries
        WHERE number <= ? AND chain_id = (SELECT id FROM audit_chains WHERE chain = ?)
        """,
        number,
        agent);
  }

  /// Makes the store tell that a retention was in force, as the sweep does before it removes.
  void tellRetention(Duration kept) {
    try (DataFolder folder = DataFolder.hold(data);
        SqliteStore store =
            Stores.open(folder, Settings.of(Map.of("data", data.toString(), "port", "0")))) {
      ChainKey chain = RetentionHistory.CHAIN;
      store.run(
          FreeStep.reading(
              List.of(chain),
              (rows, now) -> {
                ChainRow stored = rows.get(chain);
                ChainRow head = stored == null ? ChainRow.EMPTY : stored;
                AuditEntry entry =
                    AuditChain.next(
                        chain, head, RetentionHistory.content(now.toEpochMilli(), kept));
                ChainRow next = head.grownBy(entry);
                return new Decided<>(
                    true,
                    List.of(
                        new Change<>(chain, next),
                        new Change<>(new AuditKey(chain, next.length()), entry)),
                    List.of(),
                    null);
              }));
    }
  }

  /// Lets the store's own sweep remove what an agent's chain has, under a retention.
  void sweep(String agent, int keptDays) {
    Settings settings =
        Settings.of(
            Map.of(
                "data",
                data.toString(),
                "port",
                "0",
                "audit_retention_days",
                Integer.toString(keptDays)));
    ChainKey chain = new ChainKey(1, agent);
    try (DataFolder folder = DataFolder.hold(data);
        SqliteStore store = Stores.opened(folder, settings)) {
      store.start();
      Await.until(() -> {
        ChainRow row = Objects.requireNonNull(store.get(chain));
        return row.anchorNumber() == row.length();
      });
    }
  }

  /// As [#appendCalls], by a version that kept no instants.
  void appendUntimed(String agent, int entries) {
    ChainKey chain = new ChainKey(1, agent);
    try (DataFolder folder = DataFolder.hold(data);
        SqliteStore store =
            Stores.open(folder, Settings.of(Map.of("data", data.toString(), "port", "0")))) {
      for (int i = 0; i < entries; i++) {
        ChainRow stored = store.get(chain);
        ChainRow head =
            stored == null
                ? new ChainRow(0, ChainRow.GENESIS, 0, ChainRow.GENESIS)
                : new ChainRow(stored.length(), stored.headHash(), 0, ChainRow.GENESIS);
        AuditEntry entry =
            AuditChain.next(
                chain,
                head,
                new Content(store.now().toEpochMilli(), "policy.put", "key_1", null, null));
        store.run(
            FreeStep.reading(
                List.of(chain),
                (_, _) ->
                    new Decided<>(
                        true,
                        List.of(
                            new Change<>(
                                chain,
                                new ChainRow(
                                    head.length() + 1, entry.link().hash(), 0, ChainRow.GENESIS)),
                            new Change<>(new AuditKey(chain, head.length() + 1), entry)),
                        List.of(),
                        null)));
      }
    }
  }

  /// Takes away what migration 0007 adds; entries that were made with it are not genuine then.
  void toVersionBeforeAnchors() {
    for (String column : List.of("head_at_ms", "anchor_at_ms", "removed_at_ms", "kept_ms")) {
      execute("ALTER TABLE audit_chains DROP COLUMN " + column);
    }
    execute("ALTER TABLE audit_entries DROP COLUMN previous_at_ms");
    for (String table : SUMMED) {
      execute("ALTER TABLE " + table + " DROP COLUMN row_sum");
    }
    execute("PRAGMA user_version = 6");
  }

  /// Removes an agent's chain as if it had never been.
  void removeChain(String agent) {
    execute(
        "DELETE FROM audit_entries WHERE chain_id = (SELECT id FROM audit_chains WHERE chain = ?)",
        agent);
    execute("DELETE FROM audit_chains WHERE chain = ?", agent);
  }
}
