package dev.onceonly.sdk.internal.http;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/// Runs tasks in the thread that waits for a call's outcome, so that a user's function keeps the
/// thread of the caller with all that hangs on it: transactions, security, logging context.
public final class CallerThread implements Executor {
  private final BlockingQueue<Optional<Runnable>> tasks = new LinkedBlockingQueue<>();
  private boolean hasRun;

  @Override
  public void execute(Runnable task) {
    tasks.add(Optional.of(task));
  }

  /// Ends [#work] when the tasks before it are done.
  void finish() {
    tasks.add(Optional.empty());
  }

  /// Runs tasks until told to finish. Once one has run, an interrupt no longer ends it: its outcome
  /// has to be recorded. The interrupt is then told, and kept for the caller.
  void work(Runnable onInterrupt) throws InterruptedException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          Optional<Runnable> task = tasks.take();
          if (task.isEmpty()) {
            return;
          }
          hasRun = true;
          task.get().run();
        } catch (InterruptedException e) {
          if (!hasRun) {
            throw e;
          }
          interrupted = true;
          onInterrupt.run();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
