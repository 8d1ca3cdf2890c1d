package dev.onceonly.bench;

import org.HdrHistogram.Histogram;

/// Latencies of one measurement, in microseconds.
record Latency(double p50Us, double p99Us, double p999Us, double maxUs) {
  static Latency of(Histogram nanos) {
    return new Latency(
        nanos.getValueAtPercentile(50) / 1e3,
        nanos.getValueAtPercentile(99) / 1e3,
        nanos.getValueAtPercentile(99.9) / 1e3,
        nanos.getMaxValue() / 1e3);
  }
}
