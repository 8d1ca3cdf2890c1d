package dev.onceonly.core.lease;

import dev.onceonly.core.Claimant;
import org.jspecify.annotations.Nullable;

/// Counts the TTL again from now.
///
/// @param ttlMs effective; null takes the lease's last one
/// @param by the API key that asks
public record ExtendLease(LeaseKey key, String leaseId, @Nullable Long ttlMs, Claimant by) {}
