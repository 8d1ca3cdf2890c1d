package dev.onceonly.server.config;

/// A setting that can't be used; the message names it, its value and what it takes.
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingsException(String message) {
    super(message, null, false, false);
  }
}
