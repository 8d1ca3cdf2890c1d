package dev.onceonly.core.govern;

import org.jspecify.annotations.Nullable;

/// The secrets that a tool's owner gives, still in plain text; never shown, never kept.
///
/// @param secret 8 to 256 characters; null keeps the one that is registered
/// @param nextSecret signs too while one is rotated; null is none
public record ToolSecrets(@Nullable String secret, @Nullable String nextSecret) {
  public static final int CHARS_MIN = 8;
  public static final int CHARS_MAX = 256;

  @Override
  public String toString() {
    return "ToolSecrets[…]";
  }
}
