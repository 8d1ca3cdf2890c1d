package dev.onceonly.core.service;

import org.jspecify.annotations.Nullable;

/// Something about the server's state that its operator must know: why it is not ready, or what is
/// wrong although it is.
///
/// @param code for programs, such as `storage_full`; a code never changes its meaning
/// @param message one sentence for people, without a secret
public record Notice(String code, String message) {

  /// Knows one matter. Answers from memory, since it is asked while a disk does not answer.
  /// Thread-safe.
  @FunctionalInterface
  public interface Source {
    /// Null while all is well.
    @Nullable Notice now();
  }

  public Notice {
    if (!code.matches("[a-z_]{1,40}") || message.isBlank()) {
      throw new IllegalArgumentException("a notice has a code of lower case and a sentence");
    }
  }
}
