package dev.onceonly.core.lease;

/// How a key stands.
public enum LeaseStatus {
  IN_PROGRESS,
  COMPLETED,
  FAILED,
  NOT_FOUND
}
