package dev.onceonly.server.planted.core.lease;

/// What the other concept imports.
public record Lease(String key) {}
