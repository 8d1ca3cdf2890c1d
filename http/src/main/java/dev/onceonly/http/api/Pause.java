package dev.onceonly.http.api;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The pause that follows a restore, as bodies tell of it: two fields that are there only while it
/// lasts, so that no client meets them in a server that was never restored.
///
/// @param paused asked for each answer, from memory
record Pause(BooleanSupplier paused) {
  private static final String RESTORED = "restored_from_backup";

  /// True, or null for no field.
  @Nullable Boolean flag() {
    return paused.getAsBoolean() ? Boolean.TRUE : null;
  }

  /// Why, or null for no field.
  static @Nullable String reason(@Nullable Boolean flag) {
    return flag == null ? null : RESTORED;
  }
}
