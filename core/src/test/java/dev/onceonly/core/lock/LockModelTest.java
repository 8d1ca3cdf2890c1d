package dev.onceonly.core.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimant;
import dev.onceonly.core.Grant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.lock.CheckResult.Locked;
import dev.onceonly.core.lock.CheckResult.Replayed;
import dev.onceonly.core.lock.ReleaseResult.Released;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random operations in simulated time: the rules against a model that knows nothing of them. Set
/// the system property `onceonly.test.seed` to run a failure again.
final class LockModelTest {
  private static final int OPERATIONS = 200_000;
  private static final int KEYS = 12;

  private final long seed = Long.getLong("onceonly.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final LockRules rules = new LockRules(60_000);
  private final Map<LockKey, LockRow> rows = new HashMap<>();
  private final Map<LockKey, Holder> holders = new HashMap<>();
  private final Map<LockKey, Long> lastFences = new HashMap<>();
  private long nowUs = 1_790_000_000_000_000L;

  /// Who was last told to go ahead with a key, as an onlooker would write it down.
  private record Holder(
      long token,
      @Nullable String attempt,
      @Nullable String print,
      long fromMs,
      long untilMs,
      long by) {

    /// Nobody knows whose the old ones are (0), so they are everybody's.
    boolean isOf(Claimant claimant) {
      return !claimant.ownOnly() || by == 0 || by == claimant.keyNumber();
    }
  }

  @Test
  void theRulesDoWhatTheModelSays() {
    int wins = 0;
    for (int i = 0; i < OPERATIONS; i++) {
      nowUs += random.nextInt(4) == 0 ? 0 : random.nextLong(1, 8_000_000);
      LockKey key = new LockKey(1, "k" + random.nextInt(KEYS));
      String what = "seed " + seed + ", operation " + i + " at " + nowUs + " on " + key;
      switch (random.nextInt(5)) {
        case 0 -> release(key, what);
        case 1 -> forgetIfExpired(key);
        default -> wins += check(key, what) ? 1 : 0;
      }
    }
    assertThat(wins).as("seed %d", seed).isGreaterThan(OPERATIONS / 100);
  }

  private boolean check(LockKey key, String what) {
    Claim claim = claim();
    CheckResult result = rules.check(rows.get(key), new CheckLock(key, claim, null), instant());
    Holder holder = holders.get(key);
    boolean held = holder != null && nowMs() < holder.untilMs;
    String expected = expected(held ? holder : null, claim);
    assertThat(result.getClass().getSimpleName()).as(what).isEqualTo(expected);
    if (result instanceof Locked(var row)) {
      assertThat(held).as(what).isFalse();
      assertThat(row.grant().fence()).as(what).isGreaterThan(lastFences.getOrDefault(key, 0L));
      lastFences.put(key, row.grant().fence());
      long until = nowMs() + claim.ttlMs();
      assertThat(row.expiresAtMs()).as(what).isEqualTo(until);
      assertThat(row.grant().claimedBy()).as(what).isEqualTo(claim.claimant().keyNumber());
      boolean old = random.nextInt(4) == 0;
      rows.put(key, old ? withoutClaimant(row) : row);
      holders.put(
          key,
          new Holder(
              claim.token(),
              claim.attemptId(),
              claim.fingerprint(),
              nowMs(),
              until,
              old ? 0 : claim.claimant().keyNumber()));
      return true;
    }
    if (holder != null && result instanceof Replayed(var row)) {
      assertThat(row.grant().token()).as(what).isEqualTo(holder.token);
    }
    return false;
  }

  private String expected(@Nullable Holder holder, Claim claim) {
    if (holder == null) {
      return "Locked";
    }
    String given = claim.fingerprint();
    if (given != null && holder.print != null && !given.equals(holder.print)) {
      return "Reused";
    }
    boolean same = holder.attempt != null && holder.attempt.equals(claim.attemptId());
    boolean own = same && holder.isOf(claim.claimant());
    return own && nowMs() - holder.fromMs < 60_000 ? "Replayed" : "Duplicate";
  }

  /// As it would stand in a store that did not keep who claimed.
  private static LockRow withoutClaimant(LockRow row) {
    Grant grant = row.grant();
    Grant old =
        new Grant(
            grant.fence(),
            grant.grantedAtMs(),
            grant.ttlMs(),
            grant.token(),
            grant.attemptId(),
            grant.fingerprint(),
            0);
    return new LockRow(old, row.released(), row.metadata());
  }

  /// After a release the key is free, and the row is remembered until its original expiry.
  private void release(LockKey key, String what) {
    LockRow row = rows.get(key);
    boolean byId = random.nextBoolean();
    long token = row != null && random.nextInt(3) > 0 ? row.grant().token() : random.nextLong();
    String attempt = random.nextBoolean() ? "a" : "b";
    Claimant by = claimant();
    ReleaseLock command =
        byId
            ? new ReleaseLock(key, GrantId.lock(token), null, by)
            : new ReleaseLock(key, null, attempt, by);
    ReleaseResult result = rules.release(row, command, instant());
    boolean remembered = row != null && nowMs() < row.expiresAtMs();
    boolean winner =
        row != null
            && (byId
                ? token == row.grant().token()
                : Objects.equals(row.grant().attemptId(), attempt));
    Holder holder = holders.get(key);
    boolean held = holder != null && nowMs() < holder.untilMs;
    String allowed = held ? "Released" : "AlreadyReleased";
    boolean own = holder != null && holder.isOf(by);
    String expected = !remembered || !winner ? "Mismatch" : own ? allowed : "Forbidden";
    assertThat(result.getClass().getSimpleName()).as(what).isEqualTo(expected);
    if (result instanceof Released(var released)) {
      rows.put(key, released);
      if (holder != null) {
        holders.put(
            key,
            new Holder(holder.token, holder.attempt, holder.print, holder.fromMs, 0, holder.by));
      }
    }
  }

  private void forgetIfExpired(LockKey key) {
    LockRow row = rows.get(key);
    if (row != null && nowMs() >= row.expiresAtMs()) {
      rows.remove(key);
    }
  }

  private Claim claim() {
    String[] texts = {null, "a", "b"};
    long ttlMs = random.nextInt(3) == 0 ? 10_000 : random.nextLong(1, 200_000);
    return new Claim(
        ttlMs, random.nextLong(), texts[random.nextInt(3)], texts[random.nextInt(3)], claimant());
  }

  private Claimant claimant() {
    return new Claimant(random.nextLong(1, 4), random.nextBoolean());
  }

  private long nowMs() {
    return nowUs / 1_000;
  }

  private Instant instant() {
    return Instant.ofEpochSecond(nowUs / 1_000_000, nowUs % 1_000_000 * 1_000);
  }
}
