package dev.onceonly.store.sqlite;

import dev.onceonly.store.BatchSession;
import dev.onceonly.testkit.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A data folder of a test, in which a store is opened, closed and opened again. Closing it closes
/// the store too.
public final class StoreFolder implements AutoCloseable {
  private final Path path;
  private final ManualTime time;
  private @Nullable DataFolder held;
  private @Nullable SqliteStore store;

  public StoreFolder(Path path, ManualTime time) {
    this.path = path;
    this.time = time;
  }

  public SqliteStore open() {
    return open(SqliteSettings.DEFAULT);
  }

  public SqliteStore open(SqliteSettings settings) {
    return open(settings, session -> session);
  }

  /// Opens and starts the store, with something between its lane and the database.
  public SqliteStore open(SqliteSettings settings, UnaryOperator<BatchSession> between) {
    return open(settings, between, false);
  }

  public SqliteStore open(
      SqliteSettings settings, UnaryOperator<BatchSession> between, boolean acceptClock) {
    return open(new SqliteStore.Opening(settings, sources(), acceptClock), between);
  }

  /// Opens and starts the store as an operator's command does.
  public SqliteStore openForCommand() {
    return open(
        new SqliteStore.Opening(SqliteSettings.DEFAULT, sources(), false, false),
        session -> session);
  }

  private TimeSources sources() {
    return new TimeSources(time.wall(), time.nanos());
  }

  private SqliteStore open(SqliteStore.Opening opening, UnaryOperator<BatchSession> between) {
    DataFolder folder = DataFolder.hold(path);
    try {
      SqliteStore opened = SqliteStore.open(folder, opening, between);
      opened.start();
      held = folder;
      store = opened;
      return opened;
    } catch (StoreRefused e) {
      folder.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  public Path database() {
    return path.resolve("onceonly.db");
  }

  /// Bytes in the write-ahead log's file; 0 where there is none.
  public long logBytes() {
    try {
      Path log = path.resolve("onceonly.db-wal");
      return Files.exists(log) ? Files.size(log) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (store != null) {
      store.close();
      store = null;
    }
    if (held != null) {
      held.close();
      held = null;
    }
  }
}
