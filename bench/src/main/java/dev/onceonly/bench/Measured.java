package dev.onceonly.bench;

/// The outcome of one measurement. With any fault it is a failed one, and its figures count for
/// nothing.
record Measured(Flow flow, Latency latency, Cost cost, Faults faults) {}
