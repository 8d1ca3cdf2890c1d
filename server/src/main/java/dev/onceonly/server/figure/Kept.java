package dev.onceonly.server.figure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A look that costs something, whose answer is kept for a while, because anybody may ask at any
/// rate. One look is under way at a time, on a thread of its own; who asks waits for it a moment at
/// most, and then gets the last answer while it is of use. Thread-safe.
///
/// @param <T> what is seen
public final class Kept<T> {
  private final Supplier<T> look;
  private final Times times;
  private final LongSupplier nanos;
  private @Nullable Seen<T> seen;
  private @Nullable CompletableFuture<@Nullable T> pending;

  /// How long is long.
  ///
  /// @param kept an answer is given again for so long without a look
  /// @param waited so long is waited for a look; once in vain, nobody waits for that one again
  /// @param ofUse an answer older than this is none
  public record Times(Duration kept, Duration waited, Duration ofUse) {
    /// Fit for a scrape every few seconds.
    public static final Times OF_SCRAPES =
        new Times(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(60));
  }

  /// @param value null where the look has failed
  private record Seen<T>(@Nullable T value, long atNanos) {}

  /// Looks at nothing yet.
  ///
  /// @param look what it throws is as if nothing were seen
  /// @param nanos a monotonic clock
  public Kept(Supplier<T> look, Times times, LongSupplier nanos) {
    this.look = look;
    this.times = times;
    this.nanos = nanos;
  }

  /// The answer; null where there is none that is of use.
  public @Nullable T get() {
    CompletableFuture<@Nullable T> awaited;
    boolean begin = false;
    synchronized (this) {
      if (isYoungerThan(times.kept)) {
        return value();
      }
      awaited = pending;
      if (awaited == null) {
        begin = true;
        awaited = new CompletableFuture<>();
        pending = awaited;
      }
    }
    if (begin) {
      CompletableFuture<@Nullable T> answer = awaited;
      Thread.ofVirtual().name("figures").start(() -> lookNow(answer));
    }
    await(awaited);
    synchronized (this) {
      return isYoungerThan(times.ofUse) ? value() : null;
    }
  }

  private void lookNow(CompletableFuture<@Nullable T> answer) {
    T value = null;
    try {
      value = look.get();
    } catch (RuntimeException e) {
      System.getLogger(Kept.class.getName())
          .log(System.Logger.Level.DEBUG, "a figure can't be had now", e);
    } finally {
      synchronized (this) {
        seen = new Seen<>(value, nanos.getAsLong());
        pending = null;
      }
      answer.complete(value);
    }
  }

  private void await(CompletableFuture<@Nullable T> answer) {
    try {
      answer.get(times.waited.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // It goes on behind; from now on nobody waits for it.
      answer.complete(null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a look ends without an exception", e);
    }
  }

  private boolean isYoungerThan(Duration age) {
    Seen<T> last = seen;
    return last != null && nanos.getAsLong() - last.atNanos < age.toNanos();
  }

  private @Nullable T value() {
    Seen<T> last = seen;
    return last == null ? null : last.value;
  }
}
