package dev.onceonly.server.admin;

import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.StoreRefused;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Taking turns on a data folder. A restart and an operator's command may want it at the same
/// moment, and neither may fail for that: who finds it held waits for a while.
public final class FolderTurn {
  /// How long who finds the folder held waits for it. Most commands and starts are over before.
  private static final Duration WAIT_MAX = Duration.ofSeconds(10);

  private static final long LOOK_EVERY_MS = 50;

  private FolderTurn() {}

  /// Holds the folder, for who has to be alone on it: makes it if need be, and waits while a
  /// command or another start holds it.
  ///
  /// @throws StoreRefused at once where a server answers on it, or where it stays held
  public static DataFolder hold(Path data) {
    return await(
        data,
        () -> {
          DataFolder held = DataFolder.tryHold(data);
          if (held == null && AdminWire.isAnswered(data)) {
            throw new StoreRefused(
                "the data folder "
                    + data
                    + " is in use by a running server; stop it first, or use another folder");
          }
          return held;
        });
  }

  /// Tries until something comes of it.
  ///
  /// @param attempt gives null while the folder is held, and no server answers on it
  /// @throws StoreRefused where that does not end in time
  public static <T> T await(Path data, Supplier<@Nullable T> attempt) {
    long beganNanos = System.nanoTime();
    while (true) {
      T got = attempt.get();
      if (got != null) {
        return got;
      }
      if (System.nanoTime() - beganNanos >= WAIT_MAX.toNanos() || !paused()) {
        throw new StoreRefused(
            "the data folder "
                + data
                + " is held by another process, a server that starts or stops or a command; waited "
                + Duration.ofNanos(System.nanoTime() - beganNanos).toSeconds()
                + " s for it");
      }
    }
  }

  /// False where this thread is to end.
  private static boolean paused() {
    try {
      Thread.sleep(LOOK_EVERY_MS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
