package dev.onceonly.server.config;

import org.jspecify.annotations.Nullable;

/// One setting as the server has it. Never holds a secret.
///
/// @param value the one that holds, in its normal form; `***` for a secret that is there, null for
///   none
/// @param byDefault what holds where it is not given; null for none
/// @param source where it was given, such as `file /etc/onceonly.conf:3`; null where it was not
public record Setting(
    String name, @Nullable String value, @Nullable String byDefault, @Nullable String source) {
  /// Stands for a secret.
  static final String MASK = "***";

  /// Whether it is another one than by default.
  public boolean isChanged() {
    return value == null ? byDefault != null : !value.equals(byDefault);
  }
}
