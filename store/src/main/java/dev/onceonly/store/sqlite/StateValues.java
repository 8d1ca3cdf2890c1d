package dev.onceonly.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The store's own numbers. Not thread-safe.
final class StateValues implements Table<ResumeStep.StateKey, StateRow> {
  /// The instant of the last committed batch, microseconds since 1970.
  static final String LAST_INSTANT_US = "last_instant_us";

  /// 1 after a restore, until an operator resumes: nothing moves by itself.
  static final String PAUSED = "paused";

  /// The number of the recent feed's last item that was saved.
  static final String FEED_LAST = "feed_last_number";

  /// By which the key that signs checkpoints of the audit log is known again.
  static final String CHECKPOINT_KEY = "checkpoint_key";

  private static final String LOAD = "SELECT value FROM store_state WHERE name = ?";
  private static final String SAVE =
      "INSERT INTO store_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

  private final Statements statements;

  StateValues(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable StateRow load(ResumeStep.StateKey key) throws SQLException {
    return new StateRow(load(key.name()));
  }

  @Override
  public void save(ResumeStep.StateKey key, @Nullable StateRow row) throws SQLException {
    save(key.name(), row == null ? 0 : row.value());
  }

  long load(String name) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setString(1, name);
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  void save(String name, long value) throws SQLException {
    PreparedStatement save = statements.get(SAVE);
    save.setString(1, name);
    save.setLong(2, value);
    save.executeUpdate();
  }
}
