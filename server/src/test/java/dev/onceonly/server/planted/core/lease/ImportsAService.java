package dev.onceonly.server.planted.core.lease;

import dev.onceonly.server.planted.core.service.Composes;

/// A lease that knows the service above it.
public record ImportsAService(Composes service) {}
