package dev.onceonly.store.sqlite;

import java.sql.SQLException;

/// What is forgotten of one kind of row, a bounded piece at a time. Not thread-safe.
interface SweepPart {

  /// About so many rows are looked at in one piece.
  int PIECE_ROWS = 256;

  /// What one piece did.
  ///
  /// @param deleted rows
  /// @param done the part has been gone through; its next piece starts over
  record Piece(int deleted, boolean done) {}

  /// Goes through the next rows, inside the caller's transaction.
  Piece next(long nowMs) throws SQLException;
}
