package dev.onceonly.sdk;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Keeps warnings.
final class CapturedLog implements System.Logger {
  private final ConcurrentLinkedQueue<String> warnings = new ConcurrentLinkedQueue<>();

  /// The warnings since the last call.
  List<String> take() {
    List<String> taken = new ArrayList<>();
    for (String next = warnings.poll(); next != null; next = warnings.poll()) {
      taken.add(next);
    }
    return taken;
  }

  @Override
  public String getName() {
    return "captured";
  }

  @Override
  public boolean isLoggable(Level level) {
    return true;
  }

  @Override
  public void log(
      Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
    keep(level, message);
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      String format,
      @Nullable Object @Nullable ... parameters) {
    keep(level, parameters == null ? format : MessageFormat.format(format, parameters));
  }

  private void keep(Level level, String text) {
    if (level.getSeverity() >= Level.WARNING.getSeverity()) {
      warnings.add(text);
    }
  }
}
