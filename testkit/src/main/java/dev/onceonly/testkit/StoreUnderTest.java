package dev.onceonly.testkit;

import dev.onceonly.core.GrantId;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.AcquireResult;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.lock.LockRules;
import dev.onceonly.core.service.CheckAnswer;
import dev.onceonly.core.service.LeaseAnswer;
import dev.onceonly.core.service.Leases;
import dev.onceonly.core.service.Locks;
import dev.onceonly.core.service.Store;
import java.time.Duration;

/// What the parts of the store contract work on.
public interface StoreUnderTest {
  long REPLAY_WINDOW_MS = 60_000;
  long RETENTION_MS = Duration.ofDays(7).toMillis();

  /// The store as it is open now.
  Store store();

  /// The time that the store runs on.
  ManualTime time();

  /// Closes the store and opens it again, where it is durable; otherwise does nothing.
  void restart();

  default Locks locks() {
    return new Locks(store(), new LockRules(REPLAY_WINDOW_MS));
  }

  default Leases leases() {
    return new Leases(store(), new LeaseRules(REPLAY_WINDOW_MS, RETENTION_MS));
  }

  /// Checks a lock for a caller without limits.
  default CheckResult check(CheckLock command) {
    Caller caller = Callers.unlimited(command.key().namespaceId());
    return switch (locks().check(caller, command)) {
      case CheckAnswer.Checked(var result) -> result;
      case CheckAnswer.OverLimit(var limit) -> throw new AssertionError("refused: " + limit);
      case CheckAnswer.RanOut _ -> throw new AssertionError("ran out");
    };
  }

  default CheckResult check(Ask ask) {
    return check(ask.lock());
  }

  /// Checks a lock and must win it.
  default LockRow lock(Ask ask) {
    return switch (check(ask)) {
      case CheckResult.Locked(var row) -> row;
      case CheckResult other -> throw new AssertionError("not locked but " + other);
    };
  }

  /// Acquires a lease for a caller without limits.
  default AcquireResult acquire(AcquireLease command) {
    Caller caller = Callers.unlimited(command.key().namespaceId());
    return switch (leases().acquire(caller, command)) {
      case LeaseAnswer.Asked asked -> asked.result();
      case LeaseAnswer.OverLimit(var limit) -> throw new AssertionError("refused: " + limit);
    };
  }

  default AcquireResult acquire(Ask ask) {
    return acquire(ask.lease());
  }

  /// Asks for a lease and must get it.
  default LeaseRow own(AcquireLease command) {
    return switch (acquire(command)) {
      case AcquireResult.Acquired(var row) -> row;
      case AcquireResult other -> throw new AssertionError("not acquired but " + other);
    };
  }

  default LeaseRow own(Ask ask) {
    return own(ask.lease());
  }

  /// The lock as the store has it.
  default LockRow stored(Ask ask) {
    LockRow row = store().get(ask.lockKey());
    if (row == null) {
      throw new AssertionError("no lock " + ask.key());
    }
    return row;
  }

  static String lockId(LockRow row) {
    return GrantId.lock(row.grant().token());
  }

  static String leaseId(LeaseRow row) {
    return GrantId.lease(row.grant().token());
  }
}
