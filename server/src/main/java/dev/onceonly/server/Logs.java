package dev.onceonly.server;

import dev.onceonly.http.observe.JsonLines;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/// The process's logging: one JSON object a line on standard error, ours from `INFO` on and the
/// HTTP framework's from `WARNING` on.
public final class Logs {
  /// Held, because the log manager itself keeps its loggers weakly.
  private static final Logger FRAMEWORK = Logger.getLogger("io.helidon");

  /// Tells of a port that is taken with two stack traces; we say it in a line.
  private static final Logger START = Logger.getLogger("io.helidon.webserver.LoomServer");

  private Logs() {}

  public static void toStandardError() {
    LogManager.getLogManager().reset();
    Handler handler = new ConsoleHandler();
    handler.setFormatter(new JsonLines());
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(Level.INFO);
    FRAMEWORK.setLevel(Level.WARNING);
    START.setLevel(Level.OFF);
  }
}
