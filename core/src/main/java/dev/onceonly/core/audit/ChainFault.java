package dev.onceonly.core.audit;

/// The first thing in a chain that is not as it was written.
///
/// @param number the entry's, or where one should be
public record ChainFault(ChainKey chain, long number, Kind kind) {

  /// What can be wrong, in words that follow the entry's number.
  public enum Kind {
    /// The head and the anchor contradict each other.
    HEAD_IMPOSSIBLE("the chain's head and its anchor contradict each other"),
    /// The chain has a head no more.
    HEAD_MISSING("the chain has no head any more"),
    /// An entry of the prefix that was removed.
    BEFORE_ANCHOR("is still there, though the chain says that it was removed"),
    /// The first entry after the removed prefix carries another hash than the anchor's.
    NOT_AFTER_ANCHOR("does not carry the hash of the last removed entry"),
    MISSING("is missing"),
    /// The entry after the removed prefix, or the anchor itself, says that its last entry was
    /// younger than any retention that was in force has allowed.
    REMOVED_EARLY("was removed sooner than audit_retention_days has ever allowed"),
    TIME_DIFFERS("does not carry the instant of the entry before it"),
    ANCHOR_TIME_DIFFERS("was removed, and its instant is not the one that the chain's anchor has"),
    ANCHOR_MOVED_BACK("was removed before the checkpoint, and the chain no longer says so"),
    PREVIOUS_DIFFERS("does not carry the hash of the entry before it"),
    CONTENT_CHANGED("was changed: its hash does not fit what it says"),
    HEAD_DIFFERS("is not the one that the chain's head names"),
    BEYOND_HEAD("lies beyond the chain's head"),
    /// Another entry stands where the checkpoint saw one.
    CHECKPOINT_DIFFERS("is not the one that the checkpoint names");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// Without the entry's number.
    public String words() {
      return words;
    }
  }

  /// For people; without the name of the chain, which may have any character.
  public String words() {
    return "entry " + number + " " + kind.words;
  }
}
