package dev.onceonly.core.audit;

/// The head of a chain, and the anchor that retention leaves of the removed prefix. A tail that was
/// cut off shows, because the head is still there.
///
/// @param length the last entry's number; 0 where there is none
/// @param headHash the last entry's hash
/// @param anchorNumber the last removed entry's number; 0 where none was removed
/// @param anchorHash its hash
public record ChainRow(
    long length, String headHash, long anchorNumber, String anchorHash, Times times) {

  /// What stands in the place of the hash before the first entry.
  public static final String GENESIS = "0".repeat(64);

  public static final ChainRow EMPTY = new ChainRow(0, GENESIS, 0, GENESIS, Times.NONE);

  /// When. Each is -1 where it was not kept yet, and 0 where there is nothing to tell of.
  ///
  /// @param headAtMs the last entry's instant
  /// @param anchorAtMs the last removed entry's: up to it everything is gone
  /// @param removedAtMs when that was removed
  /// @param keptMs the retention that was in force then
  public record Times(long headAtMs, long anchorAtMs, long removedAtMs, long keptMs) {
    public static final Times NONE = new Times(0, 0, 0, 0);
    public static final Times NOT_KEPT = new Times(-1, -1, -1, -1);
  }

  /// A chain of before its times were kept.
  public ChainRow(long length, String headHash, long anchorNumber, String anchorHash) {
    this(length, headHash, anchorNumber, anchorHash, Times.NOT_KEPT);
  }

  /// With one more entry, made by [AuditChain#next].
  public ChainRow grownBy(AuditEntry entry) {
    Times grown = new Times(entry.atMs(), times.anchorAtMs(), times.removedAtMs(), times.keptMs());
    return new ChainRow(length + 1, entry.link().hash(), anchorNumber, anchorHash, grown);
  }
}
