package dev.onceonly.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.lease.AcquireResult;
import dev.onceonly.core.lease.Ending;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseStatus;
import dev.onceonly.core.service.LeaseAnswer;
import dev.onceonly.core.service.LeaseView;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The bodies of the leases' answers. Every field of the published ones is always there, null where
/// it does not apply; ours (`fence`, `replayed`) only where they say something.
final class LeaseBodies {
  /// What a caller that has to wait is told, in seconds.
  private static final int RETRY_AFTER_SEC = 5;

  private LeaseBodies() {}

  /// The answer to an acquisition.
  record LeaseBody(
      boolean ok,
      String status,
      String key,
      @Nullable Long ttl,
      @Nullable Long ttlLeft,
      String leaseId,
      long version,
      String firstSeenAt,
      @Nullable String doneAt,
      @Nullable String resultHash,
      @Nullable String errorCode,
      @Nullable Integer retryAfterSec,
      long usage,
      @Nullable Long limit,
      int charged,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long fence,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean replayed) {

    /// Who asks, and when.
    record Asking(String key, LeaseAnswer.Asked answer, Instant now) {}

    static LeaseBody acquired(Asking asking, LeaseRow lease) {
      return live(asking, lease, "acquired", null, null, null);
    }

    static LeaseBody replayed(Asking asking, LeaseRow lease) {
      return live(asking, lease, "acquired", left(lease, asking.now()), null, true);
    }

    static LeaseBody polling(Asking asking, LeaseRow lease) {
      return live(asking, lease, "polling", left(lease, asking.now()), RETRY_AFTER_SEC, null);
    }

    private static LeaseBody live(
        Asking asking,
        LeaseRow lease,
        String status,
        @Nullable Long ttlLeft,
        @Nullable Integer retryAfterSec,
        @Nullable Boolean replayed) {
      return new LeaseBody(
          true,
          status,
          asking.key(),
          lease.ttlMs() / 1_000,
          ttlLeft,
          GrantId.lease(lease.grant().token()),
          lease.version(),
          WireTimes.iso(lease.grant().grantedAtMs()),
          null,
          null,
          null,
          retryAfterSec,
          asking.answer().usage(),
          asking.answer().limit(),
          asking.answer().charged(),
          lease.grant().fence(),
          replayed);
    }

    static LeaseBody finished(Asking asking, LeaseRow lease, Ending ending) {
      return new LeaseBody(
          true,
          ending.isFailed() ? "failed" : "completed",
          asking.key(),
          null,
          null,
          GrantId.lease(lease.grant().token()),
          lease.version(),
          WireTimes.iso(lease.grant().grantedAtMs()),
          WireTimes.iso(ending.doneAtMs()),
          ending.resultHash(),
          ending.errorCode(),
          null,
          asking.answer().usage(),
          asking.answer().limit(),
          asking.answer().charged(),
          null,
          null);
    }
  }

  /// How a key stands.
  record StatusBody(
      boolean ok,
      String status,
      String key,
      @Nullable Long ttlLeft,
      @Nullable String leaseId,
      long version,
      @Nullable String firstSeenAt,
      @Nullable String doneAt,
      @Nullable String resultHash,
      @Nullable String errorCode,
      @Nullable Integer retryAfterSec,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long fence) {

    static StatusBody of(String key, LeaseView view) {
      LeaseRow lease = view.row();
      String status = name(view.status());
      if (lease == null || view.status() == LeaseStatus.NOT_FOUND) {
        long version = lease == null ? 0 : lease.version();
        return new StatusBody(
            false, status, key, null, null, version, null, null, null, null, null, null);
      }
      Ending ending = lease.ending();
      return new StatusBody(
          true,
          status,
          key,
          ending == null ? left(lease, view.at()) : null,
          GrantId.lease(lease.grant().token()),
          lease.version(),
          WireTimes.iso(lease.grant().grantedAtMs()),
          ending == null ? null : WireTimes.iso(ending.doneAtMs()),
          ending == null ? null : ending.resultHash(),
          ending == null ? null : ending.errorCode(),
          ending == null ? (Integer) RETRY_AFTER_SEC : null,
          ending == null ? (Long) lease.grant().fence() : null);
    }
  }

  /// What came of it.
  record ResultBody(
      boolean ok,
      String status,
      String key,
      @JsonRawValue @Nullable String result,
      @Nullable String resultHash,
      @Nullable String errorCode,
      @Nullable String doneAt,
      long version) {

    static ResultBody of(String key, LeaseView view, @Nullable String result) {
      LeaseRow lease = view.row();
      boolean found = view.status() != LeaseStatus.NOT_FOUND;
      Ending ending = lease == null || !found ? null : lease.ending();
      return new ResultBody(
          found,
          name(view.status()),
          key,
          result,
          ending == null ? null : ending.resultHash(),
          ending == null ? null : ending.errorCode(),
          ending == null ? null : WireTimes.iso(ending.doneAtMs()),
          lease == null ? 0 : lease.version());
    }
  }

  record ExtendedBody(boolean ok, String status, String key, long ttl, long version) {
    static ExtendedBody of(String key, LeaseRow lease) {
      return new ExtendedBody(true, "extended", key, lease.ttlMs() / 1_000, lease.version());
    }
  }

  record FinishedBody(boolean ok, String status, String key, long version) {
    static FinishedBody of(String key, LeaseRow lease) {
      Ending ending = lease.ending();
      boolean failed = ending != null && ending.isFailed();
      return new FinishedBody(true, failed ? "failed" : "completed", key, lease.version());
    }
  }

  static LeaseBody of(LeaseBody.Asking asking, AcquireResult result) {
    return switch (result) {
      case AcquireResult.Acquired(var lease) -> LeaseBody.acquired(asking, lease);
      case AcquireResult.Replayed(var lease) -> LeaseBody.replayed(asking, lease);
      case AcquireResult.Held(var lease) -> LeaseBody.polling(asking, lease);
      case AcquireResult.Finished(var lease) -> {
        Ending ending = lease.ending();
        if (ending == null) {
          throw new IllegalStateException("a finished lease has an ending");
        }
        yield LeaseBody.finished(asking, lease, ending);
      }
      case AcquireResult.Reused _ ->
          throw new IllegalStateException("a reused key is refused before its body is made");
    };
  }

  private static Long left(LeaseRow lease, Instant now) {
    return WireTimes.leftSeconds(lease.expiresAtMs(), now);
  }

  private static String name(LeaseStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
