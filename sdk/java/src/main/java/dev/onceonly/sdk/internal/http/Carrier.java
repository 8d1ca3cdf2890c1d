package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.internal.http.Slots.Slot;
import dev.onceonly.sdk.transport.Transport;
import dev.onceonly.sdk.transport.TransportAnswer;
import dev.onceonly.sdk.transport.TransportRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One attempt within its time, which counts from the wait for a connection on. Thread-safe.
final class Carrier {
  private final Transport transport;
  private final Slots slots;
  private final Executor workers;

  /// @param workers where to go on after a timeout, since the threads that keep time belong to the
  ///   whole virtual machine
  Carrier(Transport transport, int connectionsMax, Executor workers) {
    this.transport = transport;
    this.slots = new Slots(connectionsMax);
    this.workers = workers;
  }

  /// In the caller's thread.
  TransportAnswer carryHere(Sending sending)
      throws IOException, InterruptedException, TimeoutException {
    boolean isHeld = sending.mayBeHeld() && slots.mayBeHeld();
    TransportRequest request = sending.next(isHeld);
    Slot slot = slots.take();
    try {
      return transport.sendHere(slot.granted().isDone() ? request : afterWait(slot, request));
    } finally {
      slots.give(slot);
      if (isHeld) {
        slots.releaseHeld();
      }
    }
  }

  private TransportRequest afterWait(Slot slot, TransportRequest request)
      throws InterruptedException, TimeoutException {
    long endNanos = System.nanoTime() + request.timeout().toNanos();
    try {
      slot.granted().get(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a slot does not fail", e);
    } catch (TimeoutException e) {
      throw new NoConnectionException(slots.count());
    }
    return request.timeout(Duration.ofNanos(Math.max(1, endNanos - System.nanoTime())));
  }

  /// The transport's future is cancelled as soon as nobody waits for it.
  CompletableFuture<TransportAnswer> carry(Sending sending) {
    CompletableFuture<TransportAnswer> answer = new CompletableFuture<>();
    var unused = sending.call().step(answer);
    if (answer.isDone()) {
      return answer;
    }
    boolean isHeld = sending.mayBeHeld() && slots.mayBeHeld();
    TransportRequest request = sending.next(isHeld);
    Slot slot = slots.take();
    Completion.of(
        answer,
        (value, error) -> {
          slots.give(slot);
          if (isHeld) {
            slots.releaseHeld();
          }
        });
    if (slot.granted().isDone()) {
      begin(request, answer);
    } else {
      Completion.of(
          slot.granted(),
          (value, cancelled) -> {
            if (cancelled == null) {
              workers.execute(() -> begin(request, answer));
            }
          });
    }
    endInTime(request, slot, answer);
    return answer;
  }

  private void begin(TransportRequest request, CompletableFuture<TransportAnswer> answer) {
    if (answer.isDone()) {
      return;
    }
    CompletableFuture<TransportAnswer> carried = send(request);
    Completion.of(
        carried,
        (value, error) -> {
          if (error == null) {
            answer.complete(value);
          } else {
            answer.completeExceptionally(Failures.unwrap(error));
          }
        });
    Completion.of(
        answer,
        (value, error) -> {
          if (error != null) {
            carried.cancel(true);
          }
        });
  }

  private CompletableFuture<TransportAnswer> send(TransportRequest request) {
    try {
      return transport.send(request);
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void endInTime(
      TransportRequest request, Slot slot, CompletableFuture<TransportAnswer> answer) {
    CompletableFuture<Boolean> clock =
        new CompletableFuture<Boolean>()
            .completeOnTimeout(true, request.timeout().toNanos(), TimeUnit.NANOSECONDS);
    Completion.of(
        clock,
        (late, error) -> {
          if (Boolean.TRUE.equals(late)) {
            TimeoutException reason =
                slot.granted().isDone()
                    ? new TimeoutException()
                    : new NoConnectionException(slots.count());
            workers.execute(() -> answer.completeExceptionally(reason));
          }
        });
    Completion.of(answer, (value, error) -> clock.complete(false));
  }
}
