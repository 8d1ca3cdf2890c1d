package dev.onceonly.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/// The sum of one row: 32 bits over its values in the order of their binding, kept in the row's
/// `row_sum`, so that `verify` finds bytes that changed on the disk. It is no protection against
/// who can write to the database. Cheap, because a lock pays for it: a few multiplications, and of
/// a text the hash that Java's specification fixes.
///
/// Binds as it adds: what is bound past [#setSum] is not in the sum. Not thread-safe.
final class RowSum {
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;
  private static final long NUMBER = 1;
  private static final long TEXT = 2;
  private static final long NULL = 3;
  private static final long OTHER = 4;

  private final PreparedStatement statement;
  private long sum;

  RowSum(PreparedStatement statement) {
    this.statement = statement;
  }

  void setLong(int index, long value) throws SQLException {
    statement.setLong(index, value);
    sum = with(sum, NUMBER, value);
  }

  void setInt(int index, int value) throws SQLException {
    setLong(index, value);
  }

  void setOrNull(int index, @Nullable Long value) throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.INTEGER);
      sum = with(sum, NULL, 0);
    } else {
      setLong(index, value);
    }
  }

  void setString(int index, @Nullable String value) throws SQLException {
    statement.setString(index, value);
    sum = withText(sum, value);
  }

  /// See [HashColumn].
  void setHash(int index, String hash) throws SQLException {
    HashColumn.set(statement, index, hash);
    sum = withText(sum, hash);
  }

  /// Binds the sum of all that was bound before.
  ///
  /// @return the statement, for what is not in it, and to be executed
  PreparedStatement setSum(int index) throws SQLException {
    statement.setInt(index, folded(sum));
    return statement;
  }

  /// Whether a row is as it was written.
  ///
  /// @param row its columns in the order in which they were bound, the sum last
  static boolean fits(ResultSet row, int columns) throws SQLException {
    long sum = 0;
    for (int column = 1; column < columns; column++) {
      sum =
          switch (row.getObject(column)) {
            case null -> with(sum, NULL, 0);
            case Integer number -> with(sum, NUMBER, number);
            case Long number -> with(sum, NUMBER, number);
            case String text -> withText(sum, text);
            case byte[] _ -> withText(sum, HashColumn.get(row, column));
            default -> with(sum, OTHER, column);
          };
    }
    return row.getLong(columns) == folded(sum);
  }

  private static long withText(long sum, @Nullable String text) {
    return text == null
        ? with(sum, NULL, 0)
        : with(with(sum, TEXT, text.length()), TEXT, text.hashCode());
  }

  private static long with(long sum, long kind, long value) {
    return Long.rotateLeft((sum ^ value) * MULTIPLIER + kind, 29);
  }

  private static int folded(long sum) {
    long mixed = (sum ^ sum >>> 32) * MULTIPLIER;
    return (int) (mixed >>> 32);
  }
}
