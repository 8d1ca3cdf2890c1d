package dev.onceonly.server.worker;

import dev.onceonly.core.service.StopSignal;
import java.lang.System.Logger.Level;
import java.util.function.BooleanSupplier;

/// Looks every few seconds, and at start, for governed calls whose dispatcher is gone, so that each
/// ends executed, failed or unknown.
public final class CallSweeper implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CallSweeper.class.getName());
  private static final long EVERY_MS = 2_000;

  private final Runnable sweepOnce;
  private final BooleanSupplier paused;
  private final StopSignal stop = new StopSignal();
  private final Thread thread;

  /// @param paused whether an operator has to resume first; asked until it is not
  public CallSweeper(Runnable sweepOnce, BooleanSupplier paused) {
    this.sweepOnce = sweepOnce;
    this.paused = paused;
    this.thread = Thread.ofVirtual().name("call-sweeper").unstarted(this::loop);
  }

  public void start() {
    thread.start();
  }

  private void loop() {
    do {
      try {
        if (!paused.getAsBoolean()) {
          sweepOnce.run();
        }
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "the sweep of calls was put off", e);
      }
    } while (!stop.await(EVERY_MS));
  }

  /// Sweeps no more; one under way goes on.
  @Override
  public void close() {
    stop.give();
  }
}
