package dev.onceonly.sdk.internal.trace;

import dev.onceonly.sdk.SdkVersion;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Spans and headers by OpenTelemetry's API, which need not be there: only [Tracing#find] may name
/// this class.
final class OpenTelemetryTracing implements Tracing {
  private static final String NAME = "dev.onceonly.sdk";

  private OpenTelemetryTracing() {}

  /// @throws LinkageError without OpenTelemetry
  static Tracing create() {
    OpenTelemetryTracing tracing = new OpenTelemetryTracing();
    // Names every class that is needed later.
    var unused = tracing.begin(tracing.current(), "GET", "/v1/me").headers();
    return tracing;
  }

  @Override
  public Object current() {
    return Context.current();
  }

  @Override
  public Span begin(@Nullable Object context, String method, String path) {
    Context parent = context instanceof Context own ? own : Context.current();
    io.opentelemetry.api.trace.Span span =
        tracer()
            .spanBuilder(name(path))
            .setParent(parent)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("http.request.method", method)
            .setAttribute("url.path", path)
            .startSpan();
    return new OpenSpan(span, parent.with(span));
  }

  private static Tracer tracer() {
    try {
      // Not the one that is asked for at first: it would become the global one, and the application
      // could no longer set its own.
      return GlobalOpenTelemetry.getOrNoop().getTracer(NAME, SdkVersion.VERSION);
    } catch (NoSuchMethodError e) {
      // An older API: there are no spans of ours, and the caller's context is passed on.
      return TracerProvider.noop().get(NAME);
    }
  }

  // Of the path only what is no user's: ids stand behind it.
  private static String name(String path) {
    String[] parts = path.split("/", -1);
    boolean hasVerb = parts.length > 3 && (parts[2].equals("ai") || parts[2].equals("check-lock"));
    String noun = parts.length > 2 ? parts[2] : "";
    return "onceonly " + (hasVerb ? noun + "/" + parts[3] : noun);
  }

  /// One span.
  ///
  /// @param context the caller's, with the span in it
  private record OpenSpan(io.opentelemetry.api.trace.Span span, Context context) implements Span {
    @Override
    public Map<String, String> headers() {
      Map<String, String> headers = new LinkedHashMap<>();
      W3CTraceContextPropagator.getInstance().inject(context, headers, OpenSpan::put);
      return headers;
    }

    private static void put(@Nullable Map<String, String> headers, String name, String value) {
      if (headers != null) {
        headers.put(name, value);
      }
    }

    @Override
    public void end(@Nullable Integer status, @Nullable Throwable error) {
      if (status != null) {
        span.setAttribute("http.response.status_code", (long) status);
        if (status >= 400) {
          span.setStatus(StatusCode.ERROR);
        }
      }
      if (error != null) {
        span.setStatus(StatusCode.ERROR);
        span.recordException(error);
      }
      span.end();
    }
  }
}
