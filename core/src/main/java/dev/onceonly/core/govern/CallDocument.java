package dev.onceonly.core.govern;

/// Compact JSON text.
public record CallDocument(String json) {}
