package dev.onceonly.core.lease;

import org.jspecify.annotations.Nullable;

/// Counts the TTL again from now.
///
/// @param ttlMs effective; null takes the lease's last one
public record ExtendLease(LeaseKey key, String leaseId, @Nullable Long ttlMs) {}
