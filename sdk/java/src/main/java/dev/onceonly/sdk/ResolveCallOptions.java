package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// What is kept with the word that settles a call.
///
/// @param result what the tool answered, stored as a JSON object like a function's value; null for
///   nothing
/// @param note why; null for nothing
public record ResolveCallOptions(@Nullable Object result, @Nullable String note) {
  private static final ResolveCallOptions DEFAULTS = new ResolveCallOptions(null, null);

  /// Every option at its default.
  public static ResolveCallOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `result`.
  public ResolveCallOptions result(@Nullable Object result) {
    return new ResolveCallOptions(result, note);
  }

  /// A copy with another `note`.
  public ResolveCallOptions note(@Nullable String note) {
    return new ResolveCallOptions(result, note);
  }
}
