package dev.onceonly.server.planted.core.service;

import dev.onceonly.server.planted.core.lease.Lease;
import dev.onceonly.server.planted.core.lock.ImportsAnotherConcept;

/// No offender: two concepts together, where they may be.
public record Composes(Lease lease, ImportsAnotherConcept lock) {}
