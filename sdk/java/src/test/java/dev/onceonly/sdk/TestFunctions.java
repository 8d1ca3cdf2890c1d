package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Functions as scenarios describe them.
final class TestFunctions {
  private TestFunctions() {}

  /// What a function of a scenario raises.
  static final class Raised extends Exception {
    private static final long serialVersionUID = 1L;

    Raised(String message) {
      super(message);
    }
  }

  /// What no function of a scenario raises.
  static final class NeverRaised extends Exception {
    private static final long serialVersionUID = 1L;
  }

  static @Nullable Object call(Fields fn, List<? extends @Nullable Object> arguments)
      throws Exception {
    Long afterMs = fn.number("after_ms");
    if (afterMs != null) {
      take(afterMs, fn.flag("ignores_loss"));
    }
    if (fn.has("raises")) {
      throw new Raised(Objects.requireNonNullElse(fn.text("raises"), ""));
    }
    if (fn.flag("echoes")) {
      return arguments;
    }
    if (fn.has("returns_future")) {
      // It is for whoever called the function to wait for it.
      Object future = CompletableFuture.supplyAsync(() -> fn.raw().get("returns_future"));
      return future;
    }
    if (fn.has("returns_lazy")) {
      return "generator".equals(fn.text("returns_lazy"))
          ? Stream.of(1)
          : (Callable<Integer>) () -> 1;
    }
    Long argument = fn.number("argument");
    if (argument != null) {
      return arguments.get(argument.intValue());
    }
    String special = fn.text("returns_special");
    return special == null ? fn.raw().get("returns") : special(special);
  }

  private static @Nullable Object special(String name) {
    return switch (name) {
      case "nan" -> Double.NaN;
      case "infinity" -> Double.POSITIVE_INFINITY;
      case "nothing" -> null;
      case "date" -> Instant.parse("2026-05-01T08:00:00Z");
      case "big_integer" -> 1L << 60;
      case "opaque" -> new Opaque();
      default -> throw new IllegalStateException("no special " + name);
    };
  }

  /// No property, but a text.
  private static final class Opaque {
    @Override
    public String toString() {
      return "opaque";
    }
  }

  // Work that takes a while: an interrupt, by which a lost lease is told, ends it early.
  private static void take(long millis, boolean ignoresLoss) {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < endNanos) {
      try {
        TimeUnit.NANOSECONDS.sleep(endNanos - System.nanoTime());
      } catch (InterruptedException e) {
        if (!ignoresLoss) {
          return;
        }
      }
    }
  }
}
