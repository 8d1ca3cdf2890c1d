package dev.onceonly.core;

/// API keys for tests of the rules.
public final class Claimants {
  /// One that may touch whatever anybody has claimed.
  public static final Claimant FREE = new Claimant(1, false);

  private Claimants() {}

  /// One that may touch only what it has claimed itself.
  public static Claimant bound(long keyNumber) {
    return new Claimant(keyNumber, true);
  }
}
