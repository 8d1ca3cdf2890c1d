package dev.onceonly.core.account;

/// The last number taken.
public record SequenceRow(long last) {}
