package dev.onceonly.http.observe;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Counts every refusal and fault by its code, and says in the log why an answer of 5xx was given,
/// which wrong keys were shown, and what a role was refused, with the bounds of [EventLog]. Other
/// refusals have a line at `debug` only. Thread-safe.
public final class FailureLog {
  private static final Logger LOGGER = Logger.getLogger(FailureLog.class.getName());
  private static final String FAULT = "answered with a fault: ";
  private static final String READINESS = "/readyz";
  private static final int BAD_GATEWAY = 502;
  private static final int SHOWN_CHARS_MAX = 512;

  private final Map<ErrorCode, CounterDataPoint> counters = new EnumMap<>(ErrorCode.class);
  private final EventLog lines;

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
    lines = new EventLog(LOGGER, nanoTime);
  }

  /// Where and to whom something happened.
  ///
  /// @param route the pattern of its path; never the path itself, which callers fill
  /// @param requestId empty where it is not known
  public record Place(String route, String requestId, Who who) {
    public Place(String route, String requestId) {
      this(route, requestId, Who.NOBODY);
    }

    /// Of a line that tells of it.
    LogFields fields(String event) {
      LogFields fields = LogFields.event(event).and("route", route).and("request_id", requestId);
      who.into(fields);
      return fields;
    }
  }

  /// Who asked.
  ///
  /// @param peer the address of the connection; empty where it is not known
  /// @param namespace its name; empty where no key is known, as is the next one
  /// @param keyId the API key's id, which is no secret
  public record Who(String peer, String namespace, String keyId) {
    public static final Who NOBODY = new Who("", "", "");

    private void into(LogFields fields) {
      if (!peer.isEmpty()) {
        fields.and("peer", peer);
      }
      if (!keyId.isEmpty()) {
        fields.and("namespace", namespace).and("key_id", keyId);
      }
    }
  }

  /// A refusal or a fault is on its way to the caller.
  public void thrown(Place place, Throwable thrown) {
    ErrorCode code = thrown instanceof Failure failure ? failure.code() : ErrorCode.INTERNAL;
    count(code);
    Level level = level(code);
    if (LOGGER.isLoggable(level)) {
      // A failure of ours carries no stack trace, and its message is all that there is to say.
      boolean known = thrown instanceof Failure;
      Throwable shown = known ? thrown.getCause() : thrown;
      String why = known ? String.valueOf(thrown.getMessage()) : thrown.toString();
      write(level, code, place, why, shown);
    }
  }

  /// Something refuses by itself, before there is a route.
  public void count(ErrorCode code) {
    CounterDataPoint counter = counters.get(code);
    if (counter != null) {
      counter.inc();
    }
  }

  /// A handler has made an answer of 5xx by itself. That of readiness is no fault but what was
  /// asked for, each second by some; what it tells of has a line of its own.
  public void answered(Place place, int status, String body) {
    boolean tool = status == BAD_GATEWAY;
    if (tool) {
      count(ErrorCode.TOOL_ERROR);
    }
    Level level = tool ? Level.INFO : Level.WARNING;
    String kind = "status_" + status;
    if (place.route().equals(READINESS)) {
      level = Level.FINE;
      kind = "not_ready";
    }
    LogFields fields = place.fields("request_failed").and("code", kind);
    lines.write(level, kind, fields, FAULT + shown(body));
  }

  // What an operator has to look at. That a tool failed is an ordinary outcome, which the agent's
  // log and the call's row tell.
  private static Level level(ErrorCode code) {
    return switch (code) {
      case INTERNAL -> Level.SEVERE;
      case STORAGE_UNAVAILABLE,
          UNKNOWN_OUTCOME,
          PAUSED,
          SECRETS_KEY_MISSING,
          INVALID_API_KEY,
          API_KEY_DISABLED ->
          Level.WARNING;
      case TOOL_ERROR, FORBIDDEN -> Level.INFO;
      case MISSING_TOKEN,
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

  private void write(
      Level level, ErrorCode code, Place place, String why, @Nullable Throwable thrown) {
    String event = event(code, level);
    String kind = code.name().toLowerCase(Locale.ROOT);
    LogFields fields = place.fields(event).and("code", kind);
    String message = (event.equals("request_failed") ? FAULT : "refused: ") + shown(why);
    lines.write(level, kind, fields, message, thrown);
  }

  private static String event(ErrorCode code, Level level) {
    if (code == ErrorCode.INVALID_API_KEY) {
      return "wrong_api_key";
    }
    if (code == ErrorCode.API_KEY_DISABLED) {
      return "disabled_api_key";
    }
    if (code == ErrorCode.FORBIDDEN) {
      return "forbidden";
    }
    return level.intValue() > Level.FINE.intValue() ? "request_failed" : "refused";
  }

  private static String shown(String why) {
    return why.length() <= SHOWN_CHARS_MAX ? why : why.substring(0, SHOWN_CHARS_MAX);
  }
}
