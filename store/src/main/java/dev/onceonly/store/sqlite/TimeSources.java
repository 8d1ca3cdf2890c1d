package dev.onceonly.store.sqlite;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Where the store's clock takes its time from; tests move both.
///
/// @param wall read once, at start
/// @param nanos monotonic
public record TimeSources(InstantSource wall, LongSupplier nanos) {}
