package dev.onceonly.store;

/// A database fault, sorted by what it means for the steps of the batch and for the lane.
public final class SessionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Meaning meaning;

  /// What a fault means.
  public enum Meaning {
    /// Nothing was applied; the statement, not the storage, is at fault. The lane goes on.
    STATEMENT_REFUSED,
    /// Nothing was applied: somebody else held a lock on the database for longer than is waited.
    /// The lane goes on.
    BUSY,
    /// Nothing was applied; there is no space. The lane goes on and recovers by itself.
    NO_SPACE,
    /// The batch may have been applied: it was flushed, and then there was no space for what the
    /// database keeps beside it. The lane goes on and recovers by itself, because the flush went
    /// well.
    NO_SPACE_AFTER_FLUSH,
    /// Nothing was applied; the storage is broken. The lane takes no more steps.
    BROKEN,
    /// The batch may have been applied: a flush failed. The lane takes no more steps, because the
    /// database itself would accept the next commit on top of frames that may be lost.
    OUTCOME_UNKNOWN
  }

  public SessionException(Meaning meaning, String message, Throwable cause) {
    super(message, cause);
    this.meaning = meaning;
  }

  public Meaning meaning() {
    return meaning;
  }
}
