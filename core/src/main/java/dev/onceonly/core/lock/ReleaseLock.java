package dev.onceonly.core.lock;

import org.jspecify.annotations.Nullable;

/// Gives a lock back. The winner shows itself by its lock id or by its attempt id; one must be
/// there.
public record ReleaseLock(LockKey key, @Nullable String lockId, @Nullable String attemptId) {}
