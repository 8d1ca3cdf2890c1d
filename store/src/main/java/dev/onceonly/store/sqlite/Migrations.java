package dev.onceonly.store.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// Brings a database to this version's tables: numbered files, each applied once, in one
/// transaction with its number (`PRAGMA user_version`). The files are never edited. A migration
/// library would cost more than the whole start may take (docs/decisions/0006).
final class Migrations {
  private static final Logger LOG = System.getLogger(Migrations.class.getName());

  /// `ONCE` in ASCII: marks the file as ours.
  static final int APPLICATION_ID = 0x4f4e4345;

  static final List<String> FILES =
      List.of(
          "0001_core.sql",
          "0002_governance.sql",
          "0003_reads.sql",
          "0004_outcomes.sql",
          "0005_claims.sql",
          "0006_agents.sql",
          "0007_anchors.sql");

  private Migrations() {}

  static void apply(Connection connection) throws SQLException {
    int applied = pragma(connection, "user_version");
    int application = pragma(connection, "application_id");
    if (!isEmpty(connection) && application != APPLICATION_ID) {
      throw new StoreRefused("the database in the data folder is not one of OnceOnly's");
    }
    if (applied > FILES.size()) {
      throw new StoreRefused(
          "the data folder was written by a newer OnceOnly (schema "
              + applied
              + ", known "
              + FILES.size()
              + ")");
    }
    for (int number = applied + 1; number <= FILES.size(); number++) {
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("BEGIN IMMEDIATE");
        statement.executeUpdate(read(FILES.get(number - 1)));
        statement.executeUpdate("PRAGMA application_id = " + APPLICATION_ID);
        statement.executeUpdate("PRAGMA user_version = " + number);
        statement.executeUpdate("COMMIT");
      }
    }
    if (applied > 0 && applied < FILES.size()) {
      LOG.log(
          Level.INFO,
          "the store''s tables were brought from version {0} to {1}; older programs refuse it now",
          applied,
          FILES.size());
    }
  }

  /// Whether it is a database that nobody has put anything into.
  static boolean isEmpty(Connection connection) throws SQLException {
    return pragma(connection, "schema_version") == 0
        && pragma(connection, "user_version") == 0
        && pragma(connection, "application_id") == 0;
  }

  static int pragma(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA " + name)) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  private static String read(String file) {
    try (InputStream in = Migrations.class.getResourceAsStream("migrations/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the migration " + file + " is missing in the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
