package dev.onceonly.sdk;

import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Completion;
import dev.onceonly.sdk.internal.http.Failures;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Extends a lease again and again until it is stopped or the lease is lost. Thread-safe.
final class Heartbeat {
  private static final int LOST = 409;

  private final Core core;
  private final Call part;
  private final Exchange<?> extend;
  private final Duration every;
  private final Consumer<ApiException> onLost;

  private Heartbeat(
      Core core, Call part, Exchange<?> extend, Duration every, Consumer<ApiException> onLost) {
    this.core = core;
    this.part = part;
    this.extend = extend;
    this.every = every;
    this.onLost = onLost;
  }

  /// Starts with a pause: the lease is fresh.
  ///
  /// @param extend asked each time; an extend may be repeated, so one exchange serves them all
  /// @param onLost told once, when the server says that the lease is another's or has been ended
  static Heartbeat start(
      Core core, Call call, Exchange<?> extend, Duration every, Consumer<ApiException> onLost) {
    Heartbeat heartbeat = new Heartbeat(core, call.part(), extend, every, onLost);
    heartbeat.next();
    return heartbeat;
  }

  /// Stops at once; an extend on its way is given up.
  void stop() {
    part.end(new CancellationException("The heartbeat was stopped"));
  }

  private void next() {
    Completion.of(
        part.pause(every.toMillis())
            .thenComposeAsync(nothing -> core.send(part, extend), core.workers()),
        (answer, error) -> {
          if (goesOn(error)) {
            next();
          }
        });
  }

  private boolean goesOn(@Nullable Throwable error) {
    if (part.isEnded()) {
      return false;
    }
    if (error != null
        && Failures.unwrap(error) instanceof ApiException answer
        && answer.statusCode() != null
        && answer.statusCode() == LOST) {
      onLost.accept(answer);
      return false;
    }
    // Any other error may pass before the lease runs out.
    return true;
  }
}
