package dev.onceonly.core.lease;

/// A lease's metadata or result: compact JSON text, numbers as they were written.
public record LeaseDocument(String json) {}
