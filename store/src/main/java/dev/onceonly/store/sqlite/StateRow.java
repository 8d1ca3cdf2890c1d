package dev.onceonly.store.sqlite;

/// One of the store's own numbers, as a row that steps can change.
record StateRow(long value) {}
