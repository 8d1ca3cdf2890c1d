package dev.onceonly.http.ui;

import org.jspecify.annotations.Nullable;

/// A status as it is shown.
///
/// @param tone the style class of its colour
record Status(String text, String tone) {

  /// What a status is called and coloured; the words are free text, so most have no colour.
  static @Nullable Status of(@Nullable String text) {
    return text == null ? null : new Status(text.replace('_', ' '), tone(text));
  }

  static String tone(@Nullable String text) {
    return switch (text == null ? "" : text) {
      case "ok", "completed", "success", "succeeded", "executed", "allowed", "done" -> "good";
      case "failed", "error", "failure", "blocked", "denied", "canceled", "cancelled" -> "bad";
      case "unknown", "timeout", "warning", "retry", "over_limit" -> "doubt";
      case "in_progress", "started", "start", "running", "pending", "run_started" -> "busy";
      case "dedup", "duplicate", "dry_run", "replayed", "skipped" -> "same";
      default -> "plain";
    };
  }
}
