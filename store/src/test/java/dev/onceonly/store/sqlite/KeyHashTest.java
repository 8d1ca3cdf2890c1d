package dev.onceonly.store.sqlite;

import static dev.onceonly.testkit.FreeStep.change;
import static dev.onceonly.testkit.FreeStep.saving;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Grant;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.testkit.ManualTime;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys whose hashes are equal are two keys all the same.
final class KeyHashTest {
  private static final long FAR_MS = 1L << 60;
  @TempDir private Path path;
  private StoreFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new StoreFolder(path, new ManualTime(Instant.parse("2026-11-05T10:00:00Z")));
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void theHashIsTheOneThatDatabasesInUseWereWrittenWith() {
    assertThat(KeyHash.of(1, "order-77")).isEqualTo(7_628_387_640_496_395_256L);
    assertThat(KeyHash.of(1, "order-77")).isNotEqualTo(KeyHash.of(2, "order-77"));
    assertThat(KeyHash.of(1, "\u00e9")).isNotEqualTo(KeyHash.of(1, "e\u0301"));
  }

  @Test
  void locksWithTheSameHashAreFoundChangedAndDeletedEachForItself() throws SQLException {
    LockKey first = new LockKey(1, "first");
    LockKey second = new LockKey(1, "second");
    LockKey elsewhere = new LockKey(2, "first");
    SqliteStore store = folder.open();
    store.run(saving(change(second, lock(2)), change(elsewhere, lock(3))));
    store.run(saving(change(first, lock(1))));
    folder.close();
    long hash = KeyHash.of(1, "first");
    assertThat(execute("UPDATE locks SET key_hash = ?", hash)).isEqualTo(3);
    SqliteStore again = folder.open();
    assertThat(again.get(first)).isEqualTo(lock(1));
    assertThat(again.get(new LockKey(2, "first"))).isNull();
    again.run(saving(change(first, lock(4))));
    assertThat(again.get(first)).isEqualTo(lock(4));
    again.run(saving(change(first, null)));
    assertThat(again.get(first)).isNull();
    folder.close();
    assertThat(
            execute(
                "UPDATE locks SET key_hash = ? WHERE key = 'second' AND token = 2",
                KeyHash.of(1, "second")))
        .isEqualTo(1);
    assertThat(
            execute(
                "UPDATE locks SET key_hash = ? WHERE namespace_id = 2 AND token = 3",
                KeyHash.of(2, "first")))
        .isEqualTo(1);
    SqliteStore last = folder.open();
    assertThat(last.get(second)).isEqualTo(lock(2));
    assertThat(last.get(elsewhere)).isEqualTo(lock(3));
  }

  @Test
  void leasesWithTheSameHashAreFoundEachForItself() throws SQLException {
    LeaseKey first = new LeaseKey(1, "first");
    LeaseKey second = new LeaseKey(1, "second");
    folder.open().run(saving(change(second, lease(2))));
    folder.close();
    execute("UPDATE leases SET key_hash = ?", KeyHash.of(1, "first"));
    SqliteStore again = folder.open();
    assertThat(again.get(first)).isNull();
    again.run(saving(change(first, lease(1))));
    again.run(saving(change(first, lease(5))));
    assertThat(again.get(first)).isEqualTo(lease(5));
    folder.close();
    assertThat(
            execute("UPDATE leases SET key_hash = ? WHERE key = 'second'", KeyHash.of(1, "second")))
        .isEqualTo(1);
    SqliteStore last = folder.open();
    assertThat(last.get(second)).isEqualTo(lease(2));
    assertThat(last.get(first)).isEqualTo(lease(5));
  }

  private static LockRow lock(long token) {
    return new LockRow(new Grant(1, 2, FAR_MS, token, null, null, 0), false, null);
  }

  private static LeaseRow lease(long token) {
    return new LeaseRow(new Grant(1, 2, 3, token, null, null, 0), 1, 2, FAR_MS, null);
  }

  private int execute(String sql, long hash) throws SQLException {
    try (Connection connection = SqliteConnections.copying(folder.database());
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, hash);
      return statement.executeUpdate();
    }
  }
}
