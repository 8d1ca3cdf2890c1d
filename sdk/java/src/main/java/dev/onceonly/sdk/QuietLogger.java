package dev.onceonly.sdk;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// A user's logger, whose errors never hide an outcome. Thread-safe when it is.
///
/// @param logger the user's
record QuietLogger(System.Logger logger) implements System.Logger {
  @Override
  public String getName() {
    return logger.getName();
  }

  @Override
  public boolean isLoggable(Level level) {
    try {
      return logger.isLoggable(level);
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Override
  public void log(
      Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
    quietly(() -> logger.log(level, bundle, message, thrown));
  }

  @Override
  public void log(
      Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... values) {
    quietly(() -> logger.log(level, bundle, format, values));
  }

  @Override
  public void log(Level level, String message, @Nullable Throwable thrown) {
    quietly(() -> logger.log(level, message, thrown));
  }

  @Override
  public void log(Level level, String format, @Nullable Object... values) {
    quietly(() -> logger.log(level, format, values));
  }

  private static void quietly(Runnable log) {
    try {
      log.run();
    } catch (RuntimeException e) {
      // There is nowhere else to tell it.
    }
  }
}
