package dev.onceonly.server;

import dev.onceonly.http.observe.AccessLog;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The process's logging: one JSON object a line on standard error, ours from the level that is set
/// and the HTTP framework's from `WARNING` on. Nobody who logs waits for whoever reads that.
public final class Logs {
  /// Held, because the log manager itself keeps its loggers weakly.
  private static final Logger FRAMEWORK = Logger.getLogger("io.helidon");

  /// Tells of a port that is taken with two stack traces; we say it in a line.
  private static final Logger START = Logger.getLogger("io.helidon.webserver.LoomServer");

  private static final Logger OURS = Logger.getLogger("dev.onceonly");

  /// Switched by a setting of its own, whatever the level is.
  private static final Logger ACCESS = Logger.getLogger(AccessLog.class.getName());

  private static volatile @Nullable LogQueue queue;

  private Logs() {}

  /// Sets it up.
  ///
  /// @param level the least grave line that is written: `error`, `warning`, `info` or `debug`
  public static void toStandardError(String level) {
    LogManager.getLogManager().reset();
    LogQueue made = LogQueue.to(System.err);
    queue = made;
    Logger.getLogger("").addHandler(made);
    START.setLevel(Level.OFF);
    ACCESS.setLevel(Level.INFO);
    level(level);
  }

  /// Waits until what has been logged is written, a second at most.
  ///
  /// @return false where nobody takes it, so that whoever wrote to standard error would hang
  public static boolean flushed() {
    LogQueue current = queue;
    return current == null || current.flushed();
  }

  /// From now on writes lines from another level on.
  public static void level(String level) {
    Level least =
        switch (level) {
          case "error" -> Level.SEVERE;
          case "warning" -> Level.WARNING;
          case "info" -> Level.INFO;
          case "debug" -> Level.FINE;
          default -> throw new IllegalArgumentException("no level: " + level);
        };
    OURS.setLevel(least);
    // Libraries may tell at their finer levels what is none of a log's business.
    Logger.getLogger("").setLevel(least.equals(Level.FINE) ? Level.INFO : least);
    FRAMEWORK.setLevel(least.equals(Level.SEVERE) ? Level.SEVERE : Level.WARNING);
  }
}
