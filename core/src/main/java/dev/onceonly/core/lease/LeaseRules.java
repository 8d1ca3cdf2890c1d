package dev.onceonly.core.lease;

import dev.onceonly.core.Grant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.KeyReused;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Decides leases. Pure and thread-safe. The state diagram is in `docs/states.md`.
///
/// @param replayWindowMs how long after a grant its attempt id is recognised
/// @param retentionMs how long a finished or expired lease is remembered
public record LeaseRules(long replayWindowMs, long retentionMs) {

  /// How the key stands at `now`. An expired lease is not found, and neither is a finished one past
  /// its retention, even where the row has not been deleted yet.
  public LeaseStatus status(@Nullable LeaseRow row, Instant now) {
    if (row == null) {
      return LeaseStatus.NOT_FOUND;
    }
    if (row.ending() == null) {
      return row.isLive(now) ? LeaseStatus.IN_PROGRESS : LeaseStatus.NOT_FOUND;
    }
    if (isForgotten(row, now)) {
      return LeaseStatus.NOT_FOUND;
    }
    return row.ending().isFailed() ? LeaseStatus.FAILED : LeaseStatus.COMPLETED;
  }

  /// Decides one acquisition. A lease whose expiry is at or before `now` is free.
  public AcquireResult acquire(@Nullable LeaseRow current, AcquireLease command, Instant now) {
    LeaseStatus status = status(current, now);
    if (current == null || status == LeaseStatus.NOT_FOUND) {
      return new AcquireResult.Acquired(grant(current, command, now));
    }
    if (current.grant().contradicts(command.claim())) {
      return new AcquireResult.Reused(
          KeyReused.of(command.key().key(), current.grant(), command.claim()));
    }
    boolean replay = current.grant().isReplayedBy(command.claim(), now, replayWindowMs);
    if (status == LeaseStatus.IN_PROGRESS) {
      return replay ? new AcquireResult.Replayed(current) : new AcquireResult.Held(current);
    }
    // The winner's own call, asked again after its work has failed, is told so: it is not a new
    // try.
    boolean retry = command.retryFailed() && status == LeaseStatus.FAILED && !replay;
    return retry
        ? new AcquireResult.Acquired(grant(current, command, now))
        : new AcquireResult.Finished(current);
  }

  /// Decides one extension. The last lease id may extend after its expiry while nobody has acquired
  /// since.
  public ExtendResult extend(@Nullable LeaseRow current, ExtendLease command, Instant now) {
    Conflict conflict = conflict(current, command.leaseId(), now);
    if (current == null || conflict != null) {
      return new ExtendResult.Refused(conflict == null ? notFound(current) : conflict);
    }
    if (current.ending() != null) {
      return new ExtendResult.Refused(finished(current, now));
    }
    if (!command.by().mayTouch(current.grant())) {
      return new ExtendResult.Unmoved(current);
    }
    long ttlMs = command.ttlMs() == null ? current.ttlMs() : command.ttlMs();
    return new ExtendResult.Extended(
        new LeaseRow(
            current.grant(), current.version() + 1, ttlMs, now.toEpochMilli() + ttlMs, null));
  }

  /// Decides one completion, failure or cancellation. What is stored once never changes.
  public FinishResult finish(@Nullable LeaseRow current, FinishLease command, Instant now) {
    Conflict conflict = conflict(current, command.leaseId(), now);
    if (current == null || conflict != null) {
      return new FinishResult.Refused(conflict == null ? notFound(current) : conflict);
    }
    if (!command.by().mayTouch(current.grant())) {
      return new FinishResult.Forbidden();
    }
    Ending ending = command.endingAt(now.toEpochMilli());
    if (current.ending() != null) {
      return isSame(current.ending(), ending)
          ? new FinishResult.Repeated(current)
          : new FinishResult.Refused(finished(current, now));
    }
    return new FinishResult.Finished(
        new LeaseRow(
            current.grant(),
            current.version() + 1,
            current.ttlMs(),
            current.expiresAtMs(),
            ending));
  }

  /// Whether the retention time is over, so that nothing but the deletion is left.
  public boolean isForgotten(LeaseRow row, Instant now) {
    return now.toEpochMilli() >= row.forgetAtMs(retentionMs);
  }

  private static LeaseRow grant(@Nullable LeaseRow last, AcquireLease command, Instant now) {
    long ttlMs = command.claim().ttlMs();
    return new LeaseRow(
        Grant.next(last == null ? null : last.grant(), command.claim(), now),
        last == null ? 1 : last.version() + 1,
        ttlMs,
        now.toEpochMilli() + ttlMs,
        null);
  }

  private @Nullable Conflict conflict(@Nullable LeaseRow current, String leaseId, Instant now) {
    if (current == null || isForgotten(current, now)) {
      return notFound(current);
    }
    if (!GrantId.lease(current.grant().token()).equals(leaseId)) {
      return new Conflict(Conflict.Reason.LEASE_MISMATCH, status(current, now), current.version());
    }
    return null;
  }

  private static Conflict notFound(@Nullable LeaseRow current) {
    return new Conflict(
        Conflict.Reason.LEASE_NOT_FOUND,
        LeaseStatus.NOT_FOUND,
        current == null ? 0 : current.version());
  }

  private Conflict finished(LeaseRow current, Instant now) {
    return new Conflict(Conflict.Reason.LEASE_FINISHED, status(current, now), current.version());
  }

  /// Same outcome and same payload: an equal error code, or an equal result and result hash. A
  /// cancellation and a failure are two outcomes, where it was kept which of them it was.
  private static boolean isSame(Ending stored, Ending asked) {
    return (stored.canceled() == null || stored.canceled().equals(asked.canceled()))
        && Objects.equals(stored.errorCode(), asked.errorCode())
        && Objects.equals(stored.resultHash(), asked.resultHash())
        && Objects.equals(stored.payloadHash(), asked.payloadHash());
  }
}
