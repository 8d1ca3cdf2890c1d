package dev.onceonly.sdk.internal.trace;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The trace that a call belongs to. Thread-safe.
public interface Tracing {
  /// For applications without OpenTelemetry.
  Tracing NONE = new NoTracing();

  /// What the class path has.
  static Tracing find() {
    try {
      return OpenTelemetryTracing.create();
    } catch (LinkageError e) {
      return NONE;
    }
  }

  /// What the calling thread belongs to, to be handed to [#begin] from any thread; null for
  /// nothing.
  @Nullable Object current();

  /// Begins one logical call.
  Span begin(@Nullable Object context, String method, String path);

  /// One logical call with all its attempts.
  interface Span {
    /// What each attempt sends along: `traceparent` and `tracestate`.
    Map<String, String> headers();

    /// The call is over.
    ///
    /// @param status of the last answer; null without one
    /// @param error null when there is an answer
    void end(@Nullable Integer status, @Nullable Throwable error);
  }
}
