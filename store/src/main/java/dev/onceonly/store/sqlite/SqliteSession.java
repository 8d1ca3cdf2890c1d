package dev.onceonly.store.sqlite;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.store.BatchSession;
import dev.onceonly.store.SessionException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The lane's connection: one transaction a batch.
final class SqliteSession implements BatchSession {
  private final Connection connection;
  private final SqliteTables tables;
  private final StateValues state;
  private final SqliteHousekeeping housekeeping;
  private boolean inTransaction;
  private boolean statementsEnded;

  SqliteSession(Connection connection, SqliteTables tables, SqliteHousekeeping housekeeping) {
    this.connection = connection;
    this.tables = tables;
    this.state = new StateValues(tables.statements);
    this.housekeeping = housekeeping;
  }

  @Override
  public void begin() {
    try {
      tables.statements.get("BEGIN IMMEDIATE").executeUpdate();
      inTransaction = true;
    } catch (SQLException e) {
      throw fault("begin", e);
    }
  }

  @Override
  public <T> @Nullable T load(RowKey<T> key) {
    try {
      return tables.load(key);
    } catch (SQLException e) {
      throw fault("load", e);
    }
  }

  @Override
  public void save(Change<?> change) {
    try {
      tables.save(change);
    } catch (SQLException e) {
      throw fault("save", e);
    }
  }

  @Override
  public void commit(Instant now) {
    try {
      state.save(StateValues.LAST_INSTANT_US, SqliteStart.toMicros(now));
    } catch (SQLException e) {
      throw fault("save", e);
    }
    try {
      tables.statements.get("COMMIT").executeUpdate();
      inTransaction = false;
    } catch (SQLException e) {
      statementsEnded = true;
      throw SqliteFaults.duringCommit(e);
    } finally {
      tables.forgetPlaces();
    }
  }

  private SessionException fault(String what, SQLException fault) {
    statementsEnded = true;
    return SqliteFaults.during(what, fault);
  }

  @Override
  public boolean hasRoom() {
    return housekeeping.hasRoom();
  }

  @Override
  public void rollback() {
    tables.forgetPlaces();
    forgetEndedStatements();
    if (!inTransaction) {
      return;
    }
    inTransaction = false;
    // SQLite has ended the transaction by itself after some faults; then there is nothing to roll
    // back.
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("ROLLBACK");
    } catch (SQLException e) {
      System.getLogger(SqliteSession.class.getName())
          .log(System.Logger.Level.DEBUG, "nothing to roll back", e);
    }
  }

  private void forgetEndedStatements() {
    if (!statementsEnded) {
      return;
    }
    statementsEnded = false;
    try {
      tables.statements.forget();
    } catch (SQLException e) {
      System.getLogger(SqliteSession.class.getName())
          .log(System.Logger.Level.DEBUG, "a statement had ended with an error", e);
    }
  }

  @Override
  public void keepHouse(boolean idle) {
    try {
      housekeeping.run(this, idle);
    } catch (SQLException e) {
      SessionException fault = fault("housekeeping", e);
      rollback();
      throw fault;
    } catch (RuntimeException e) {
      rollback();
      throw e;
    }
  }

  @Override
  public void close(boolean sound) {
    try {
      housekeeping.stop();
      if (!sound) {
        // The last connection that is closed folds the log into the database, without a look at the
        // frames' checksums: not after a failed flush. This one ends with the process, and the next
        // start folds only what it can read.
        return;
      }
      try {
        housekeeping.close(this);
      } finally {
        connection.close();
      }
    } catch (SQLException e) {
      throw SqliteFaults.during("close", e);
    }
  }
}
