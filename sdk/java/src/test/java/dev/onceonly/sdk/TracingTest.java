package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.error.UnauthorizedException;
import dev.onceonly.sdk.internal.trace.Tracing;
import dev.onceonly.sdk.transport.TransportAnswer;
import dev.onceonly.sdk.transport.TransportRequest;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/// Spans and headers by OpenTelemetry's own SDK.
@Isolated("OpenTelemetry has one global instance")
final class TracingTest {
  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private static List<SpanData> spansOf(Span parent) {
    return TELEMETRY.getSpans().stream()
        .filter(span -> span.getParentSpanId().equals(parent.getSpanContext().getSpanId()))
        .toList();
  }

  private static String traceparent(SpanData span) {
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-";
  }

  @Test
  void aCallIsASpanOfTheCallersAndAllItsAttemptsSendItsTraceparent() {
    AtomicInteger attempts = new AtomicInteger();
    FakeServer server =
        new FakeServer(request ->
            CompletableFuture.completedFuture(
                attempts.incrementAndGet() == 1
                    ? new TransportAnswer(503, Map.of(), "{}")
                    : FakeServer.ok("{\"status\":\"locked\"}")));
    Span parent = TELEMETRY.getOpenTelemetry().getTracer("test").spanBuilder("job").startSpan();
    try (OnceOnly client =
            server.builder().maxRetries(1).retryBackoff(Duration.ofMillis(1)).build();
        Scope scope = parent.makeCurrent()) {
      assertThat(scope).isNotNull();
      assertThat(client.checkLock("k").locked()).isTrue();
    } finally {
      parent.end();
    }
    List<SpanData> spans = spansOf(parent);
    assertThat(spans)
        .singleElement()
        .satisfies(span -> {
          assertThat(span.getName()).isEqualTo("onceonly check-lock");
          assertThat(span.getAttributes().get(AttributeKey.stringKey("url.path")))
              .isEqualTo("/v1/check-lock");
          assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
              .isEqualTo(200);
        });
    assertThat(server.requests)
        .hasSize(2)
        .extracting(TransportRequest::headers)
        .allSatisfy(headers ->
            assertThat(headers.get("traceparent")).startsWith(traceparent(spans.get(0))));
  }

  @Test
  void whatAnAsynchronousFunctionNeedsBelongsToItsCallersTraceToo() {
    FakeServer server = FakeServer.leasing();
    Span parent = TELEMETRY.getOpenTelemetry().getTracer("test").spanBuilder("job").startSpan();
    CompletableFuture<AiResult> run;
    try (OnceOnly client = server.client()) {
      try (Scope scope = parent.makeCurrent()) {
        assertThat(scope).isNotNull();
        run = client.async().ai().runFn("k", () -> Map.of("n", 1));
      }
      assertThat(run.join().isCompleted()).isTrue();
    } finally {
      parent.end();
    }
    assertThat(spansOf(parent))
        .extracting(SpanData::getName)
        .contains("onceonly ai/lease", "onceonly ai/complete", "onceonly ai/result");
  }

  @Test
  void anErrorIsSeenInTheSpanAndTheKeyIsNot() {
    FakeServer server =
        new FakeServer(request ->
            CompletableFuture.completedFuture(
                new TransportAnswer(401, Map.of(), "{\"detail\":\"no\"}")));
    Span parent = TELEMETRY.getOpenTelemetry().getTracer("test").spanBuilder("job").startSpan();
    try (OnceOnly client = server.client();
        Scope scope = parent.makeCurrent()) {
      assertThat(scope).isNotNull();
      assertThatThrownBy(client::me).isInstanceOf(UnauthorizedException.class);
    } finally {
      parent.end();
    }
    assertThat(spansOf(parent))
        .singleElement()
        .satisfies(span -> {
          assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
          assertThat(span.toString()).doesNotContain(FakeServer.KEY);
        });
  }

  @Test
  void withoutOpenTelemetryNothingIsMissing() throws Exception {
    URL classes = Tracing.class.getProtectionDomain().getCodeSource().getLocation();
    ClassLoader without =
        new ClassLoader(Tracing.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.opentelemetry.") || name.startsWith("dev.onceonly.")) {
              throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
          }
        };
    try (URLClassLoader alone = new URLClassLoader(new URL[] {classes}, without)) {
      Object tracing = alone.loadClass(Tracing.class.getName()).getMethod("find").invoke(null);
      assertThat(tracing.getClass().getSimpleName()).isEqualTo("NoTracing");
    }
  }
}
