package dev.onceonly.sdk.internal.trace;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// No trace at all.
final class NoTracing implements Tracing, Tracing.Span {
  @Override
  public @Nullable Object current() {
    return null;
  }

  @Override
  public Span begin(@Nullable Object context, String method, String path) {
    return this;
  }

  @Override
  public Map<String, String> headers() {
    return Map.of();
  }

  @Override
  public void end(@Nullable Integer status, @Nullable Throwable error) {
    // There is nothing to end.
  }
}
