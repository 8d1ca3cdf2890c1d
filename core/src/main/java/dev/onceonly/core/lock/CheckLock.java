package dev.onceonly.core.lock;

import dev.onceonly.core.Claim;
import org.jspecify.annotations.Nullable;

/// Asks for a lock.
///
/// @param metadata compact JSON, stored with the winner
public record CheckLock(LockKey key, Claim claim, @Nullable String metadata) {}
