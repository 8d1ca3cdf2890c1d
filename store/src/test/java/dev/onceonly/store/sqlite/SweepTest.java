package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Grant;
import dev.onceonly.core.lease.Ending;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the sweep deletes of locks and leases, and when.
final class SweepTest extends TablesUnderTest {
  private static final int EMPTY_PARTS = 9;

  @Test
  void aLockIsDeletedAtItsExpiry() throws SQLException {
    save(new LockKey(1, "a"), lock(100, 50));
    save(new LockKey(1, "b"), new LockRow(lock(100, 50).grant(), true, null));
    sweepAll(149);
    assertThat(count("locks")).isEqualTo(2);
    assertThat(sweepAll(150)).isEqualTo(2);
    assertThat(count("locks")).isZero();
  }

  @Test
  void aLeaseIsDeletedWithAllThatIsItsTheRetentionAfterItsExpiryOrEnd() throws SQLException {
    lease("open", 500, null);
    lease("done", 9_999_999, 700L);
    lease("late", 100, 900L);
    assertThat(sweepAll(1_499)).isZero();
    assertThat(count("lease_documents")).isEqualTo(6);
    assertThat(count("run_actions")).isEqualTo(6);
    sweepAll(1_500);
    assertThat(keys()).containsExactlyInAnyOrder("done", "late");
    assertThat(count("lease_documents")).isEqualTo(4);
    assertThat(count("run_tasks")).isEqualTo(2);
    assertThat(count("run_actions")).isEqualTo(4);
    assertThat(load(new ActionKey(new TaskKey(1, "late"), 49))).isNotNull();
    sweepAll(1_700);
    assertThat(keys()).containsExactly("late");
    sweepAll(1_899);
    assertThat(keys()).containsExactly("late");
    sweepAll(1_900);
    assertThat(count("leases")).isZero();
    assertThat(count("lease_documents")).isZero();
    assertThat(count("run_tasks")).isZero();
    assertThat(count("run_actions")).isZero();
  }

  @Test
  void aRoundGoesThroughEverythingInBoundedPieces() throws SQLException {
    for (int i = 0; i < 1_000; i++) {
      save(new LockKey(1, "k" + i), lock(100, i % 2 == 0 ? 50 : 5_000));
      lease("k" + i, i % 2 == 0 ? 50 : 5_000, null);
    }
    int pieces = 0;
    Sweep.Piece piece;
    do {
      piece = sweepPiece(1_100);
      assertThat(piece.deleted()).isLessThanOrEqualTo(256);
      pieces++;
    } while (!piece.roundDone());
    assertThat(pieces).isEqualTo(4 + 4 + EMPTY_PARTS);
    assertThat(count("locks")).isEqualTo(500);
    assertThat(count("leases")).isEqualTo(500);
    assertThat(count("lease_documents")).isEqualTo(1_000);
    assertThat(sweepAll(1_100)).isZero();
    assertThat(sweepAll(7_000)).isEqualTo(1_000);
  }

  @Test
  void aPieceIsSmallerAfterOneThatTookMuchAlong() throws SQLException {
    for (int i = 0; i < 600; i++) {
      lease("k" + i, 50, null);
      TaskKey task = new TaskKey(1, "k" + i);
      for (int action = 1; action < 49; action++) {
        save(new ActionKey(task, action), new ActionRow("t", "{}", 0, HASH, null));
      }
    }
    List<Integer> taken = new ArrayList<>();
    int before = count("run_actions");
    while (before > 0) {
      sweepPiece(1_100);
      int now = count("run_actions");
      if (now < before) {
        taken.add(before - now);
      }
      before = now;
    }
    assertThat(taken.getFirst()).isEqualTo(256 * 50);
    assertThat(taken.subList(1, taken.size()))
        .allSatisfy(actions -> assertThat(actions).isLessThanOrEqualTo(2 * 1_024));
    assertThat(count("leases")).isZero();
  }

  @Test
  void whatCameBehindTheSweepIsFoundInTheNextRound() throws SQLException {
    save(new LockKey(1, "a"), lock(100, 50));
    sweepAll(200);
    save(new LockKey(1, "b"), lock(100, 50));
    save(new LockKey(1, "c"), lock(100, 500));
    assertThat(sweepAll(200)).isEqualTo(1);
    assertThat(load(new LockKey(1, "c"))).isEqualTo(lock(100, 500));
  }

  private static LockRow lock(long grantedAtMs, long ttlMs) {
    return new LockRow(new Grant(1, grantedAtMs, ttlMs, 4, null, null, 0), false, null);
  }

  private void lease(String key, long expiresAtMs, @Nullable Long doneAtMs) throws SQLException {
    LeaseKey lease = new LeaseKey(1, key);
    Ending ending = doneAtMs == null ? null : new Ending(doneAtMs, null, null, null, null, null);
    save(lease, new LeaseRow(new Grant(1, 2, 3, 4, null, null, 0), 1, 2, expiresAtMs, ending));
    save(new LeaseDocumentKey(lease, Kind.METADATA), new LeaseDocument("{}"));
    save(new LeaseDocumentKey(lease, Kind.RESULT), new LeaseDocument("{}"));
    TaskKey task = new TaskKey(1, key);
    TaskRow.Plan plan = new TaskRow.Plan("r", "a", 2, false, true, "key_1");
    save(task, new TaskRow(plan, 1, 1, 0, 0, 0));
    save(new ActionKey(task, 0), new ActionRow("t", "{}", 0, HASH, null));
    save(new ActionKey(task, 49), new ActionRow("t", "{}", 0, HASH, null));
  }

  private List<String> keys() throws SQLException {
    List<String> keys = new ArrayList<>();
    try (Statement statement = connection().createStatement();
        ResultSet row = statement.executeQuery("SELECT key FROM leases")) {
      while (row.next()) {
        keys.add(row.getString(1));
      }
    }
    return keys;
  }
}
