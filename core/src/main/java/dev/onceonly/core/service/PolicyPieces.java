package dev.onceonly.core.service;

import dev.onceonly.core.govern.GovernQueries;
import dev.onceonly.core.govern.GovernQueries.FoundPolicy;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// A namespace's policies one by one, in the order of their agents' ids, read in pieces of which
/// one is held at a time. Each piece is read behind the last one's id: a policy that is there all
/// the while comes exactly once, whatever is put and deleted meanwhile. Not thread-safe.
final class PolicyPieces implements Iterator<FoundPolicy> {
  private static final int PIECE_POLICIES_MAX = 500;

  private final GovernQueries queries;
  private final long namespaceId;
  private List<FoundPolicy> piece = List.of();
  private int taken;
  private int left;
  private int offset;
  private String after = "";

  /// @param limit at most so many
  /// @param offset so many are left out at first
  PolicyPieces(GovernQueries queries, long namespaceId, int limit, int offset) {
    this.queries = queries;
    this.namespaceId = namespaceId;
    this.left = limit;
    this.offset = offset;
  }

  @Override
  public boolean hasNext() {
    if (taken < piece.size()) {
      return true;
    }
    if (left == 0) {
      return false;
    }
    piece = queries.policies(namespaceId, after, Math.min(left, PIECE_POLICIES_MAX), offset);
    taken = 0;
    offset = 0;
    left = piece.isEmpty() ? 0 : left - piece.size();
    if (!piece.isEmpty()) {
      after = piece.getLast().agentId();
    }
    return !piece.isEmpty();
  }

  @Override
  public FoundPolicy next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return piece.get(taken++);
  }
}
