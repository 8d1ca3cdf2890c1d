package dev.onceonly.core.step;

import org.jspecify.annotations.Nullable;

/// One row's new state; a null row deletes it.
public record Change<T>(RowKey<T> key, @Nullable T row) {}
