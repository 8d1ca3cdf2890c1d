package dev.onceonly.http.observe;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.http.gate.RateLimiter;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Counts every refusal and fault by its code, and says in the log why an answer of 5xx was given:
/// of each kind ten lines at once and then one a second, the next one with how many were left out.
/// Thread-safe.
public final class FailureLog {
  static final int LINES_AT_ONCE = 10;
  static final double LINES_PER_SECOND = 1;

  private static final Logger LOGGER = Logger.getLogger(FailureLog.class.getName());
  private static final int BAD_GATEWAY = 502;
  private static final int SHOWN_CHARS_MAX = 512;

  private final Map<ErrorCode, CounterDataPoint> counters = new EnumMap<>(ErrorCode.class);
  private final Map<String, LongAdder> leftOut = new ConcurrentHashMap<>();
  private final RateLimiter lines;

  /// Registers `onceonly_errors_total`, with a series for each code of the closed set.
  ///
  /// @param nanoTime a clock that only runs forward, in nanoseconds
  public FailureLog(PrometheusRegistry registry, LongSupplier nanoTime) {
    Counter errors =
        Counter.builder()
            .name("onceonly_errors_total")
            .help("Refusals and faults that were answered, by code; a batch counts each item")
            .labelNames("code")
            .register(registry);
    for (ErrorCode code : ErrorCode.values()) {
      counters.put(code, errors.labelValues(code.name().toLowerCase(Locale.ROOT)));
    }
    lines = new RateLimiter(LINES_PER_SECOND, LINES_AT_ONCE, nanoTime);
  }

  /// Where a failure happened.
  ///
  /// @param route the pattern of its path; never the path itself, which callers fill
  /// @param requestId empty where it is not known
  public record Place(String route, String requestId) {}

  /// A refusal or a fault is on its way to the caller.
  public void thrown(Place place, Throwable thrown) {
    ErrorCode code = thrown instanceof Failure failure ? failure.code() : ErrorCode.INTERNAL;
    count(code);
    Level level = level(code);
    if (level.intValue() > Level.FINE.intValue()) {
      // A failure of ours carries no stack trace, and its message is all that there is to say.
      boolean known = thrown instanceof Failure;
      Throwable shown = known ? thrown.getCause() : thrown;
      String why = known ? String.valueOf(thrown.getMessage()) : thrown.toString();
      log(level, code.name().toLowerCase(Locale.ROOT), place, why, shown);
    }
  }

  /// Something refuses by itself, before there is a route.
  public void count(ErrorCode code) {
    CounterDataPoint counter = counters.get(code);
    if (counter != null) {
      counter.inc();
    }
  }

  /// A handler has made an answer of 5xx by itself.
  public void answered(Place place, int status, String body) {
    boolean tool = status == BAD_GATEWAY;
    if (tool) {
      count(ErrorCode.TOOL_ERROR);
    }
    log(tool ? Level.INFO : Level.WARNING, "status_" + status, place, body, null);
  }

  // What an operator has to look at. That a tool failed is an ordinary outcome, which the agent's
  // log and the call's row tell.
  private static Level level(ErrorCode code) {
    return switch (code) {
      case INTERNAL -> Level.SEVERE;
      case STORAGE_UNAVAILABLE, UNKNOWN_OUTCOME, PAUSED, SECRETS_KEY_MISSING -> Level.WARNING;
      case TOOL_ERROR -> Level.INFO;
      case MISSING_TOKEN,
          INVALID_API_KEY,
          API_KEY_DISABLED,
          FORBIDDEN,
          RATE_LIMITED,
          INVALID_INPUT,
          UNSUPPORTED_MEDIA_TYPE,
          BODY_TOO_LARGE,
          HEADERS_TOO_LARGE,
          URI_TOO_LONG,
          REQUEST_TIMEOUT,
          BAD_REQUEST,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          FEATURE_NOT_AVAILABLE,
          PLAN_LIMIT,
          UNKNOWN_TOOLS,
          UNKNOWN_TEMPLATE,
          TOOL_NOT_FOUND,
          POLICY_NOT_FOUND,
          CALL_NOT_FOUND,
          CALL_NOT_UNKNOWN,
          CALL_IN_PROGRESS,
          KEY_REUSED,
          OVERLOADED,
          STORAGE_LOW ->
          Level.FINE;
    };
  }

  private void log(Level level, String kind, Place place, String why, @Nullable Throwable thrown) {
    LongAdder missed = leftOut.computeIfAbsent(kind, _ -> new LongAdder());
    if (lines.secondsToWait(kind) > 0) {
      missed.increment();
      return;
    }
    LogFields fields =
        LogFields.of("code", kind)
            .and("route", place.route())
            .and("request_id", place.requestId())
            .and("left_out", missed.sumThenReset());
    String shown = why.length() <= SHOWN_CHARS_MAX ? why : why.substring(0, SHOWN_CHARS_MAX);
    LogRecord line = fields.line(LOGGER, level, "answered with a fault: " + shown);
    line.setThrown(thrown);
    LOGGER.log(line);
  }
}
