package dev.onceonly.sdk.internal.guard;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.CheckLockResult;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.error.DuplicateException;
import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.OnceOnlyException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules of what is done once, by a lock or, for replays, by a lease.
public final class Once {
  /// How long a replay waits for the first call.
  public static final Duration REPLAY_WAIT = Duration.ofSeconds(60);

  private static final Duration REPLAY_LEASE = Duration.ofMinutes(5);
  private static final Duration RESULTS_KEPT = Duration.ofDays(7);
  private static final Map<String, Object> OMITTED = Map.of("omitted", true);

  private Once() {}

  /// Refuses what a lease can't do.
  ///
  /// @throws IllegalArgumentException if the TTL is longer than results are kept, or the call is to
  ///   fail open
  public static void checkReplay(@Nullable Duration ttl, @Nullable Boolean failOpen) {
    if (ttl != null && ttl.compareTo(RESULTS_KEPT) > 0) {
      throw new IllegalArgumentException(
          "ttl must be at most 7 days with replays: results are kept so long");
    }
    if (Boolean.TRUE.equals(failOpen)) {
      throw new IllegalArgumentException(
          "failOpen must be off with replays: a lease never fails open");
    }
  }

  /// How long a replay's lease lasts without being extended: its owner may die, and then another
  /// shall not wait as long as a lock lasts.
  public static Duration leaseTtl(@Nullable Duration ttl) {
    return ttl == null || ttl.compareTo(REPLAY_LEASE) > 0 ? REPLAY_LEASE : ttl;
  }

  /// Whether an error is one of those.
  public static boolean isOneOf(List<? extends Class<? extends Throwable>> types, Throwable error) {
    return types.stream().anyMatch(type -> type.isInstance(error));
  }

  /// Gives the lock of a failed function back, or says that it stays. Blocks; throws nothing.
  public static void failed(OnceOnly client, CheckLockResult lock, boolean isReleased) {
    if (!isReleased) {
      if (!lock.failedOpen()) {
        client
            .logger()
            .log(
                Level.WARNING,
                "The function of {0} has failed, and its key is kept: the same call is a duplicate"
                    + " until its TTL has passed",
                lock.key());
      }
      return;
    }
    String lockId = lock.lockId();
    if (lockId == null) {
      return;
    }
    // An interrupt was meant for the function, and stays set for the caller.
    boolean isInterrupted = Thread.interrupted();
    try {
      var unused = client.releaseLock(lock.key(), lockId);
    } catch (RuntimeException e) {
      client
          .logger()
          .log(
              Level.WARNING,
              "The lock of {0} could not be released: {1}",
              lock.key(),
              e.getMessage());
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// The error that tells a duplicate.
  public static DuplicateException duplicate(CheckLockResult lock) {
    return duplicate(
        lock.key(), lock.firstSeenAt(), null, "this does not say whether that one succeeded");
  }

  /// Whether a first call's result can be replayed.
  ///
  /// @throws OnceOnlyException a [DuplicateException] if there is none
  public static void checkReplayed(String key, AiResult outcome) {
    if (!outcome.isCompleted()) {
      String code = outcome.errorCode();
      boolean isRunning = !"failed".equals(outcome.status()) || "timeout".equals(code);
      throw duplicate(
          key, null, code, isRunning ? "that call still runs" : "that call has failed: " + code);
    }
    if (OMITTED.equals(outcome.result())) {
      throw duplicate(key, null, null, "its result was too long to be kept");
    }
  }

  private static DuplicateException duplicate(
      String key, @Nullable Instant firstSeenAt, @Nullable String errorCode, String words) {
    String when = firstSeenAt == null ? "" : ", first at " + firstSeenAt;
    return new DuplicateException(
        "'%s' was not run again: the same call was made before%s; %s".formatted(key, when, words),
        null,
        ErrorFacts.code(errorCode),
        key,
        firstSeenAt,
        errorCode);
  }
}
