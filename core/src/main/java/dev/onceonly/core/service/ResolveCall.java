package dev.onceonly.core.service;

import dev.onceonly.core.govern.CallKey;
import org.jspecify.annotations.Nullable;

/// Somebody knows how an unknown call has ended.
///
/// @param actor the API key's id, or `cli`
/// @param executed whether the tool has acted
/// @param resultJson what it answered, compact JSON of an object; only where it has acted
/// @param note for people, at most 1,024 characters
public record ResolveCall(
    CallKey call,
    String actor,
    boolean executed,
    @Nullable String resultJson,
    @Nullable String note) {}
