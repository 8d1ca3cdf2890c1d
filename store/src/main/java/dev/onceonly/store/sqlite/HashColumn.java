package dev.onceonly.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;

/// Columns that hold hashes: 64 lower-case hexadecimal digits take 32 bytes, and any other text
/// stands as it is, so that whatever was saved comes back.
final class HashColumn {
  private static final int DIGITS = 64;
  private static final HexFormat HEX = HexFormat.of();

  private HashColumn() {}

  static void set(PreparedStatement statement, int index, String hash) throws SQLException {
    if (isHex(hash)) {
      statement.setBytes(index, HEX.parseHex(hash));
    } else {
      statement.setString(index, hash);
    }
  }

  static String get(ResultSet row, int column) throws SQLException {
    return row.getObject(column) instanceof byte[] bytes
        ? HEX.formatHex(bytes)
        : row.getString(column);
  }

  private static boolean isHex(String text) {
    if (text.length() != DIGITS) {
      return false;
    }
    for (int i = 0; i < DIGITS; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
