package dev.onceonly.sdk.hook;

import dev.onceonly.sdk.error.OnceOnlyException;

/// A lock is about to fail open: its action would go ahead unprotected.
///
/// @param key of the lock
/// @param reason `timeout`, `request_error` or `api_5xx`
/// @param cause what the call would throw otherwise
public record FailOpenEvent(String key, String reason, OnceOnlyException cause) {}
