package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// What is kept with the word that settles a call. Mutable: a verb makes one, hands it to the
/// function that it is given, and reads it at once.
public final class ResolveCallOptions {
  @Nullable Object result;
  @Nullable String note;

  ResolveCallOptions() {}

  /// What the tool answered, stored as a JSON object like a function's value; nothing unless set.
  public ResolveCallOptions result(@Nullable Object result) {
    this.result = result;
    return this;
  }

  /// Why; nothing unless set.
  public ResolveCallOptions note(@Nullable String note) {
    this.note = note;
    return this;
  }
}
