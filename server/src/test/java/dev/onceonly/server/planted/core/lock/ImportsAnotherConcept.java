package dev.onceonly.server.planted.core.lock;

import dev.onceonly.server.planted.core.lease.Lease;

/// A lock that knows leases.
public record ImportsAnotherConcept(Lease lease) {}
