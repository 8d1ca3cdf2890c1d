package dev.onceonly.core.lock;

import dev.onceonly.core.Claimant;
import org.jspecify.annotations.Nullable;

/// Gives a lock back. The winner shows itself by its lock id or by its attempt id; one must be
/// there.
///
/// @param by the API key that asks
public record ReleaseLock(
    LockKey key, @Nullable String lockId, @Nullable String attemptId, Claimant by) {}
