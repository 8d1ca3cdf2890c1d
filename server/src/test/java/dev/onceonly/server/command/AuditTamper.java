package dev.onceonly.server.command;

import dev.onceonly.core.audit.AuditChain;
import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditEntry.Verdict;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.server.Stores;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.testkit.FreeStep;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// Writes audit chains, and changes them behind the store's back.
record AuditTamper(Path data) {

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

  /// Appends one entry.
  static void append(Store store, ChainKey chain, String tool) {
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
              Content content = new Content(now.toEpochMilli(), "call", "key_1", call, "detail");
              AuditEntry entry = AuditChain.next(chain, head, content);
              ChainRow next =
                  new ChainRow(
                      head.length() + 1,
                      entry.link().hash(),
                      head.anchorNumber(),
                      head.anchorHash());
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
        UPDATE audit_chains SET anchor_number = ?, anchor_hash = (
          SELECT hash FROM audit_entries WHERE chain_id = audit_chains.id AND number = ?)
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

  /// Removes an agent's chain as if it had never been.
  void removeChain(String agent) {
    execute(
        "DELETE FROM audit_entries WHERE chain_id = (SELECT id FROM audit_chains WHERE chain = ?)",
        agent);
    execute("DELETE FROM audit_chains WHERE chain = ?", agent);
  }
}
