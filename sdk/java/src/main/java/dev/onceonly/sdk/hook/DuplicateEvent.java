package dev.onceonly.sdk.hook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key was asked for that has been used before.
///
/// @param key which one
/// @param firstSeenAt when it was used first; null when not told
/// @param requestId what the server calls the request; null when not told
public record DuplicateEvent(
    String key, @Nullable Instant firstSeenAt, @Nullable String requestId) {}
