package dev.onceonly.core;

/// The API key that asks for a claim, or that wants to move or end one (docs/decisions/0019).
///
/// @param keyNumber of the API key, from 1; 0 is the server itself, which claims nothing
/// @param ownOnly whether it may touch only what it has claimed itself
public record Claimant(long keyNumber, boolean ownOnly) {

  /// What the server does by itself, such as keeping a run's lease.
  public static final Claimant SERVER = new Claimant(0, false);

  public Claimant {
    if (keyNumber < 0) {
      throw new IllegalArgumentException("keyNumber is 0 or more, was " + keyNumber);
    }
  }

  /// Whether a claim that stands is this key's to extend, finish, release or be told of again. One
  /// of which nobody knows who claimed it is everybody's.
  public boolean mayTouch(Grant grant) {
    return !ownOnly || grant.claimedBy() == keyNumber || grant.claimedBy() == 0;
  }
}
