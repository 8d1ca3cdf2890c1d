package dev.onceonly.core.audit;

/// The head of a chain, and the anchor that retention leaves of the removed prefix. A tail that was
/// cut off shows, because the head is still there.
///
/// @param length the last entry's number; 0 where there is none
/// @param headHash the last entry's hash
/// @param anchorNumber the last removed entry's number; 0 where none was removed
/// @param anchorHash its hash
public record ChainRow(long length, String headHash, long anchorNumber, String anchorHash) {

  /// What stands in the place of the hash before the first entry.
  public static final String GENESIS = "0".repeat(64);

  public static final ChainRow EMPTY = new ChainRow(0, GENESIS, 0, GENESIS);
}
