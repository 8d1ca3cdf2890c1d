package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Claimant;
import dev.onceonly.core.Grant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import dev.onceonly.core.lease.Ending;
import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.ExtendResult;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRules;
import dev.onceonly.core.lock.ReleaseLock;
import dev.onceonly.core.lock.ReleaseResult;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.service.Leases;
import dev.onceonly.core.service.Locks;
import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.testkit.FreeStep;
import dev.onceonly.testkit.ManualTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Filter;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store of an earlier version is brought up to date with all that it has.
final class MigrationTest {
  private static final DayRow DAY =
      new DayRow(new DayRow.Make(1, 2, 3, 4), new DayRow.Ai(5, 6, 7, 8, 9, 10));
  @TempDir private Path path;
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  private StoreFolder folder;

  @BeforeEach
  void makeFolder() throws IOException {
    PrivateFiles.createFolder(path.resolve("data"));
    folder = new StoreFolder(path.resolve("data"), time);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void aStoreWithoutGovernanceKeepsItsRowsAndGetsTheNewTables() throws Exception {
    makeFirstVersion(folder.database());
    hasBeenBroughtUpToDate(folder.openForCommand());
    folder.close();
    hasBeenBroughtUpToDate(folder.openForCommand());
  }

  @Test
  void aStoreThatWasBroughtUpToDateIsToldOfOnce() throws Exception {
    Logger log = Logger.getLogger("dev.onceonly.store.sqlite.Migrations");
    List<String> lines = new CopyOnWriteArrayList<>();
    Filter collecting = line -> lines.add(new SimpleFormatter().formatMessage(line));
    log.setFilter(collecting);
    try {
      makeFirstVersion(folder.database());
      folder.open();
      folder.close();
      folder.open();
    } finally {
      log.setFilter(null);
    }
    assertThat(lines)
        .containsExactly(
            "the store's tables were brought from version 1 to "
                + Migrations.FILES.size()
                + "; older programs refuse it now");
  }

  @Test
  void agentsOfAnEarlierVersionAreCounted() throws Exception {
    SqliteConnections.create(folder.database());
    try (Connection connection = SqliteConnections.copying(folder.database());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(tables("0001_core.sql"));
      statement.executeUpdate(tables("0002_governance.sql"));
      statement.executeUpdate("PRAGMA application_id = " + Migrations.APPLICATION_ID);
      statement.executeUpdate("PRAGMA user_version = 2");
      statement.executeUpdate(
          """
          INSERT INTO agents VALUES (1, '*', 0, 5, 'all'), (1, 'seen', 7, NULL, NULL), (1, 'off', 8, 9, ''),
            (2, 'off', 0, 9, '')
          """);
      statement.executeUpdate(
          """
          INSERT INTO policies (namespace_id, agent_id, version, updated_at_ms)
          VALUES (1, 'seen', 'v', 1), (1, 'unseen', 'v', 1), (3, 'unseen', 'v', 1)
          """);
    }
    SqliteStore store = folder.open();
    assertThat(store.get(new AgentTotalKey(1))).isEqualTo(new AgentTotalRow(3, 1));
    assertThat(store.get(new AgentTotalKey(2))).isEqualTo(new AgentTotalRow(1, 1));
    assertThat(store.get(new AgentTotalKey(3))).isEqualTo(new AgentTotalRow(1, 0));
    assertThat(store.check().problems()).isEmpty();
  }

  @Test
  void theFeedsRingAndTheRunsOfTheSecondVersionAreTakenOver() throws Exception {
    makeFirstVersion(folder.database());
    try (Connection connection = SqliteConnections.copying(folder.database());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(tables(Migrations.FILES.get(1)));
      statement.executeUpdate("PRAGMA user_version = 2");
      statement.executeUpdate("DELETE FROM feed_items");
      statement.executeUpdate(
          """
          WITH RECURSIVE n(i) AS (SELECT 51 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
          INSERT INTO feed_items (namespace_id, slot, number, at_ms, type, key)
          SELECT 1, i %% 200, i, %d, 'DUPLICATE', i FROM n
          """
              .formatted(time.now().toEpochMilli()));
      statement.executeUpdate(
          "INSERT INTO runs VALUES (1, 1, 'a', 1, 1, 'note', NULL, 0), (2, 1, 'b', 1, 1, 'note', NULL, 0), "
              + "(3, 2, 'c', 1, 1, 'note', NULL, 0)");
    }
    SqliteStore store = folder.open();
    assertThat(keys(store)).hasSize(200).startsWith("250", "249").endsWith("51");
    assertThat(store.runs(1, "", 1, 0).total()).isEqualTo(2);
    assertThat(store.check().problems()).isEmpty();
    store.run(
        FreeStep.telling(
            new FeedItem(1, time.now().toEpochMilli(), FeedItem.Type.DUPLICATE, "new", null)));
    folder.close();
    assertThat(keys(folder.open())).hasSize(200).startsWith("new", "250").endsWith("52");
  }

  private static List<String> keys(SqliteStore store) {
    return store.feed().latest(1, 500, 0).stream().map(item -> String.valueOf(item.key())).toList();
  }

  @Test
  void aBackupOfAnEarlierVersionIsRestored() throws Exception {
    Path backup = path.resolve("old.backup");
    makeFirstVersion(backup);
    try (DataFolder held = DataFolder.hold(folder.path())) {
      Backup.restore(backup, held, Backup.Replacing.NOTHING, time.now());
    }
    SqliteStore store = folder.open();
    assertThat(store.isPaused()).isTrue();
    hasBeenBroughtUpToDate(store);
  }

  /// What was claimed before it was kept who claims is everybody's; the keys that are there get
  /// their numbers, and runs know the agents that their events have named.
  @Test
  void aStoreWithClaimsOfUnknownKeysKeepsThemForEverybody() throws Exception {
    makeSecondVersion(folder.database());
    SqliteStore store = folder.open();
    ApiKey admin = Objects.requireNonNull(store.get(new ApiKeyKey("b")));
    ApiKey bot = Objects.requireNonNull(store.get(new ApiKeyKey("a")));
    assertThat(admin.number()).isEqualTo(1);
    assertThat(bot.number()).isEqualTo(2);
    assertThat(bot.powers()).isEqualTo(new Powers(Role.AGENT, List.of("bot-*", "x"), List.of()));
    assertThat(store.get(SequenceKey.API_KEYS)).isEqualTo(new SequenceRow(2));
    assertThat(Objects.requireNonNull(store.get(new LockKey(1, "k"))).grant())
        .isEqualTo(new Grant(5, nowMs(), 3_600_000, 7, "attempt", "print", 0));
    Claimant bound = new Claimant(bot.number(), true);
    Locks locks = new Locks(store, new LockRules(60_000));
    String lockId = GrantId.lock(7);
    assertThat(locks.release(new ReleaseLock(new LockKey(1, "k"), lockId, null, bound)))
        .isInstanceOf(ReleaseResult.Released.class);
    Leases leases = new Leases(store, new LeaseRules(60_000, 1_000_000));
    LeaseKey lease = new LeaseKey(1, "k");
    String leaseId = GrantId.lease(8);
    assertThat(leases.extend(new ExtendLease(lease, leaseId, null, bound)))
        .isInstanceOf(ExtendResult.Extended.class);
    assertThat(leases.finish(new FinishLease(lease, leaseId, new Outcome.Fail("e", null), bound)))
        .isInstanceOf(FinishResult.Finished.class);
    assertThat(agents(store, "none")).isEmpty();
    assertThat(agents(store, "two")).containsExactly("b:ö🚀\n", "a");
    assertThat(agents(store, "many"))
        .containsExactly("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9");
    assertThat(store.check().problems()).isEmpty();
  }

  private static List<String> agents(SqliteStore store, String runId) {
    return Objects.requireNonNull(store.get(new RunKey(1, runId))).agents();
  }

  private long nowMs() {
    return time.now().toEpochMilli();
  }

  /// What the second version made: two API keys, a lock, a lease and three runs.
  private void makeSecondVersion(Path file) throws SQLException, IOException {
    SqliteConnections.create(file);
    try (Connection connection = SqliteConnections.copying(file);
        Statement statement = connection.createStatement()) {
      for (String migration : Migrations.FILES.subList(0, 2)) {
        statement.executeUpdate(tables(migration));
      }
      statement.executeUpdate("PRAGMA application_id = " + Migrations.APPLICATION_ID);
      statement.executeUpdate("PRAGMA user_version = 2");
      statement.executeUpdate("INSERT INTO namespaces VALUES ('n', 1, 'free', 1, NULL, 1, 1, 1)");
      statement.executeUpdate(
          """
          INSERT INTO api_keys VALUES ('a', 'key_a', 1, 'o', 'agent', 'bot-*' || char(10) || 'x', 20, NULL),
            ('b', 'key_b', 1, 'o', 'admin', '', 10, NULL)
          """);
      statement.executeUpdate(
          "INSERT INTO locks VALUES (1, 1, %d, 'k', 5, %d, 3600000, 7, 'attempt', 'print', 0, NULL)"
              .formatted(KeyHash.of(1, "k"), nowMs()));
      statement.executeUpdate(
          """
          INSERT INTO leases VALUES (1, 1, %d, 'k', 6, %d, 3600000, 8, NULL, NULL, 1, 3600000, %d, NULL, NULL,
            NULL, NULL, NULL)
          """
              .formatted(KeyHash.of(1, "k"), nowMs(), nowMs() + 3_600_000));
      statement.executeUpdate(
          "INSERT INTO store_state VALUES ('last_instant_us', " + nowMs() * 1_000 + ")");
      statement.executeUpdate(
          """
          INSERT INTO runs VALUES (1, 1, 'none', 1, 1, 'note', NULL, 1), (2, 1, 'two', 1, 5, 'note', NULL, 4),
            (3, 1, 'many', 1, 15, 'note', NULL, 10)
          """);
      statement.executeUpdate(
          """
          INSERT INTO run_events (id, run, ts, at_ms, type, agent_id)
          VALUES (1, 1, 1, %1$d, 'note', NULL), (2, 2, 9, %1$d, 'note', 'b:ö🚀' || char(10)),
            (3, 2, 1, %1$d, 'note', 'a'), (4, 2, 1, %1$d, 'note', NULL), (5, 2, 1, %1$d, 'note', 'b:ö🚀' || char(10))
          """
              .formatted(nowMs()));
      for (int i = 1; i <= 10; i++) {
        statement.executeUpdate(
            "INSERT INTO run_events (id, run, ts, at_ms, type, agent_id) VALUES (%d, 3, 1, %d, 'note', 'm%d')"
                .formatted(i + 5, nowMs(), i));
      }
    }
  }

  private void hasBeenBroughtUpToDate(SqliteStore store) {
    assertThat(store.get(new DayKey(1, 20_000))).isEqualTo(DAY);
    assertThat(store.feed().latest(1, 10, 0))
        .containsExactly(
            new FeedItem(1, time.now().toEpochMilli(), FeedItem.Type.DUPLICATE, "k", null));
    LeaseRow canceled = store.get(new LeaseKey(1, "k"));
    assertThat(canceled)
        .isEqualTo(
            new LeaseRow(
                new Grant(7, 8, 9, 10, null, null, 0),
                2,
                9,
                17,
                new Ending(12, null, "canceled", null, null, null)));
    assertThat(store.policies(1, "", 10, 0)).isEmpty();
    assertThat(store.calls(1, null, null, 10, 0).total()).isZero();
    assertThat(store.check().problems()).isEmpty();
  }

  /// What the first version made, with a day's figures and an item of the feed.
  private void makeFirstVersion(Path file) throws SQLException, IOException {
    SqliteConnections.create(file);
    try (Connection connection = SqliteConnections.copying(file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(tables(Migrations.FILES.getFirst()));
      statement.executeUpdate("PRAGMA application_id = " + Migrations.APPLICATION_ID);
      statement.executeUpdate("PRAGMA user_version = 1");
      statement.executeUpdate(
          "INSERT INTO usage_days VALUES (1, 20000, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)");
      statement.executeUpdate(
          "INSERT INTO feed_items VALUES (1, 1, 1, "
              + time.now().toEpochMilli()
              + ", 'DUPLICATE', 'k', NULL)");
      statement.executeUpdate("INSERT INTO namespaces VALUES ('n', 1, 'free', 1, NULL, 0, 0, 0)");
      statement.executeUpdate(
          "INSERT INTO leases VALUES (1, 1, "
              + KeyHash.of(1, "k")
              + ", 'k', 7, 8, 9, 10, NULL, NULL, 2, 9, 17, 12, NULL, 'canceled', NULL, NULL)");
    }
  }

  private static String tables(String migration) throws IOException {
    try (InputStream in = Migrations.class.getResourceAsStream("migrations/" + migration)) {
      if (in == null) {
        throw new AssertionError("the migration " + migration + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
