package dev.onceonly.core.service;

import org.jspecify.annotations.Nullable;

/// Which URLs a tool may be registered with (contract 18, tools). What a name resolves to is looked
/// at by the dispatcher, at each call. Thread-safe.
@FunctionalInterface
public interface UrlPolicy {

  /// Why this URL is refused, in words for the caller, or null where it may be registered.
  ///
  /// @param url as given, at most 2,048 characters
  @Nullable String refusal(String url);
}
