package dev.onceonly.bench;

/// Answers that were wrong or never came, warm-up and drain included, and the first one in words.
record Faults(long count, String first) {
  boolean any() {
    return count > 0;
  }
}
