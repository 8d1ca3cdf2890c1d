package dev.onceonly.core.usage;

/// The two kinds of requests that plans limit: check-lock (`make`) and AI work (`ai`).
public enum UsageKind {
  MAKE,
  AI
}
