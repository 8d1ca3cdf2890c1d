package dev.onceonly.core.lease;

import dev.onceonly.core.Claim;
import org.jspecify.annotations.Nullable;

/// Asks for a lease.
///
/// @param metadata compact JSON, at most 64 KiB
/// @param retryFailed acquire again a key whose last outcome is failed
public record AcquireLease(
    LeaseKey key, Claim claim, @Nullable String metadata, boolean retryFailed) {}
