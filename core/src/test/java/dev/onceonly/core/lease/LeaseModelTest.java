package dev.onceonly.core.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimant;
import dev.onceonly.core.Grant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.lease.AcquireResult.Acquired;
import dev.onceonly.core.lease.ExtendResult.Extended;
import dev.onceonly.core.lease.FinishLease.Outcome.Complete;
import dev.onceonly.core.lease.FinishLease.Outcome.Fail;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random operations in simulated time: the rules against a model that knows nothing of them. Set
/// the system property `onceonly.test.seed` to run a failure again.
final class LeaseModelTest {
  private static final int OPERATIONS = 200_000;
  private static final int KEYS = 12;
  private static final long REMEMBERED_MS = Duration.ofDays(7).toMillis();
  private static final @Nullable String[] TEXTS = {null, "a", "b"};

  private final long seed = Long.getLong("onceonly.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final LeaseRules rules = new LeaseRules(60_000, REMEMBERED_MS);
  private final Map<LeaseKey, LeaseRow> rows = new HashMap<>();
  private final Map<LeaseKey, Model> models = new HashMap<>();
  private final Map<LeaseKey, Long> lastFences = new HashMap<>();
  private final Map<Class<?>, Integer> seen = new HashMap<>();
  private long nowUs = 1_790_000_000_000_000L;
  private String what = "";

  /// One key as an onlooker would write it down from the answers alone.
  private static final class Model {
    long token;
    long version;
    long grantedMs;
    long ttlMs;
    long untilMs;
    long doneMs;
    @Nullable String attempt;
    @Nullable String print;
    @Nullable String outcome;
    long by;

    /// Nobody knows whose the old ones are (0), so they are everybody's.
    boolean isOf(Claimant claimant) {
      return !claimant.ownOnly() || by == 0 || by == claimant.keyNumber();
    }

    boolean isLive(long nowMs) {
      return outcome == null && nowMs < untilMs;
    }

    boolean isRemembered(long nowMs) {
      return nowMs < (outcome == null ? untilMs : doneMs) + REMEMBERED_MS;
    }
  }

  @Test
  void theRulesDoWhatTheModelSays() {
    for (int i = 0; i < OPERATIONS; i++) {
      passTime();
      LeaseKey key = new LeaseKey(1, "k" + random.nextInt(KEYS));
      what = "seed " + seed + ", operation " + i + " at " + nowUs + " on " + key;
      switch (random.nextInt(8)) {
        case 0, 1 -> extend(key);
        case 2, 3 -> finish(key);
        case 4 -> forget(key);
        default -> acquire(key);
      }
      sameRow(key);
    }
    assertThat(seen).as("seed %d met every answer", seed).hasSize(12);
  }

  /// Mostly within a lease's life, sometimes past it, rarely past what is remembered.
  private void passTime() {
    nowUs +=
        switch (random.nextInt(100)) {
          case 0 -> random.nextLong(REMEMBERED_MS * 1_000);
          case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> random.nextLong(200_000_000);
          case 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 -> 0;
          default -> random.nextLong(1_000_000);
        };
  }

  private void acquire(LeaseKey key) {
    Claim claim =
        new Claim(
            random.nextLong(1, 100_000),
            random.nextLong(),
            TEXTS[random.nextInt(3)],
            TEXTS[random.nextInt(3)],
            claimant());
    boolean retry = random.nextBoolean();
    AcquireResult result =
        rules.acquire(rows.get(key), new AcquireLease(key, claim, null, retry), instant());
    Model model = models.get(key);
    is(result, expectedAcquire(model, claim, retry));
    if (result instanceof Acquired(var row)) {
      assertThat(model != null && model.isLive(nowMs())).as("%s: two owners", what).isFalse();
      assertThat(row.grant().fence()).as(what).isGreaterThan(lastFences.getOrDefault(key, 0L));
      lastFences.put(key, row.grant().fence());
      Model next = new Model();
      next.version = model == null ? 1 : model.version + 1;
      next.token = claim.token();
      next.grantedMs = nowMs();
      next.ttlMs = claim.ttlMs();
      next.untilMs = nowMs() + claim.ttlMs();
      next.attempt = claim.attemptId();
      next.print = claim.fingerprint();
      boolean old = random.nextInt(4) == 0;
      next.by = old ? 0 : row.grant().claimedBy();
      models.put(key, next);
      rows.put(key, old ? withoutClaimant(row) : row);
      assertThat(row.grant().claimedBy()).as(what).isEqualTo(claim.claimant().keyNumber());
    }
  }

  /// As it would stand in a store that did not keep who claimed.
  private static LeaseRow withoutClaimant(LeaseRow row) {
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
    return new LeaseRow(old, row.version(), row.ttlMs(), row.expiresAtMs(), row.ending());
  }

  private Claimant claimant() {
    return new Claimant(random.nextLong(1, 4), random.nextBoolean());
  }

  private String expectedAcquire(@Nullable Model model, Claim claim, boolean retry) {
    if (model == null
        || (!model.isLive(nowMs()) && (model.outcome == null || !model.isRemembered(nowMs())))) {
      return "Acquired";
    }
    String given = claim.fingerprint();
    if (given != null && model.print != null && !given.equals(model.print)) {
      return "Reused";
    }
    boolean own =
        model.attempt != null
            && model.attempt.equals(claim.attemptId())
            && model.isOf(claim.claimant())
            && nowMs() - model.grantedMs < 60_000;
    if (model.outcome == null) {
      return own ? "Replayed" : "Held";
    }
    return retry && !own && model.outcome.startsWith("failed") ? "Acquired" : "Finished";
  }

  private void extend(LeaseKey key) {
    Long ttlMs = random.nextBoolean() ? null : Long.valueOf(random.nextLong(1, 100_000));
    long token = token(key);
    Claimant by = claimant();
    ExtendLease command = new ExtendLease(key, GrantId.lease(token), ttlMs, by);
    ExtendResult result = rules.extend(rows.get(key), command, instant());
    Model model = models.get(key);
    String refusal = refusal(model, token);
    if (refusal == null && model != null && model.outcome == null && !model.isOf(by)) {
      is(result, "Unmoved");
    } else if (refusal == null && model != null && model.outcome == null) {
      is(result, "Extended");
      model.version++;
      model.ttlMs = ttlMs == null ? model.ttlMs : ttlMs;
      model.untilMs = nowMs() + model.ttlMs;
      if (result instanceof Extended(var row)) {
        rows.put(key, row);
      }
    } else {
      is(result, "Refused");
      if (result instanceof ExtendResult.Refused(var conflict)) {
        refused(conflict, refusal == null ? "LEASE_FINISHED" : refusal, model);
      }
    }
  }

  private void finish(LeaseKey key) {
    long token = token(key);
    boolean fails = random.nextBoolean();
    String text = random.nextBoolean() ? "\"x\"" : "\"y\"";
    FinishLease command =
        new FinishLease(
            key,
            GrantId.lease(token),
            fails ? new Fail(text, null) : new Complete(text, text, null),
            claimant());
    String outcome = (fails ? "failed " : "completed ") + text;
    FinishResult result = rules.finish(rows.get(key), command, instant());
    Model model = models.get(key);
    String refusal = refusal(model, token);
    if (refusal == null && model != null && !model.isOf(command.by())) {
      is(result, "Forbidden");
    } else if (refusal == null && model != null && model.outcome == null) {
      is(result, "Finished");
      model.version++;
      model.outcome = outcome;
      model.doneMs = nowMs();
      if (result instanceof FinishResult.Finished(var row)) {
        rows.put(key, row);
      }
    } else if (refusal == null && model != null && outcome.equals(model.outcome)) {
      is(result, "Repeated");
    } else {
      is(result, "Refused");
      if (result instanceof FinishResult.Refused(var conflict)) {
        refused(conflict, refusal == null ? "LEASE_FINISHED" : refusal, model);
      }
    }
  }

  /// Why this lease id is not the key's last one, or null if it is.
  private @Nullable String refusal(@Nullable Model model, long token) {
    if (model == null || !model.isRemembered(nowMs())) {
      return "LEASE_NOT_FOUND";
    }
    return model.token == token ? null : "LEASE_MISMATCH";
  }

  private void refused(Conflict conflict, String reason, @Nullable Model model) {
    assertThat(conflict.reason().name()).as(what).isEqualTo(reason);
    assertThat(conflict.version()).as(what).isEqualTo(model == null ? 0 : model.version);
  }

  private void is(Object answer, String expected) {
    seen.merge(answer.getClass(), 1, Integer::sum);
    assertThat(answer.getClass().getSimpleName()).as(what).isEqualTo(expected);
  }

  /// Mostly the last owner's.
  private long token(LeaseKey key) {
    Model model = models.get(key);
    return model != null && random.nextInt(4) > 0 ? model.token : random.nextLong();
  }

  /// What a store's sweep does, some time after the retention.
  private void forget(LeaseKey key) {
    LeaseRow row = rows.get(key);
    Model model = models.get(key);
    if (row != null && model != null) {
      assertThat(rules.isForgotten(row, instant()))
          .as(what)
          .isEqualTo(!model.isRemembered(nowMs()));
      if (!model.isRemembered(nowMs())) {
        rows.remove(key);
        models.remove(key);
      }
    }
  }

  /// Nothing but what the model did has happened to the row: so a version never goes down, and what
  /// is finished stays as it is.
  private void sameRow(LeaseKey key) {
    LeaseRow row = rows.get(key);
    Model model = models.get(key);
    if (row == null || model == null) {
      assertThat(row == null && model == null).as(what).isTrue();
      return;
    }
    assertThat(row.version()).as(what).isEqualTo(model.version);
    assertThat(row.grant().token()).as(what).isEqualTo(model.token);
    assertThat(row.expiresAtMs()).as(what).isEqualTo(model.untilMs);
    assertThat(rules.status(row, instant()).name()).as(what).isEqualTo(expectedStatus(model));
    Ending ending = row.ending();
    assertThat(ending == null ? 0 : ending.doneAtMs()).as(what).isEqualTo(model.doneMs);
  }

  private String expectedStatus(Model model) {
    if (model.outcome == null) {
      return model.isLive(nowMs()) ? "IN_PROGRESS" : "NOT_FOUND";
    }
    if (!model.isRemembered(nowMs())) {
      return "NOT_FOUND";
    }
    return model.outcome.startsWith("failed") ? "FAILED" : "COMPLETED";
  }

  private long nowMs() {
    return nowUs / 1_000;
  }

  private Instant instant() {
    return Instant.ofEpochSecond(nowUs / 1_000_000, nowUs % 1_000_000 * 1_000);
  }
}
