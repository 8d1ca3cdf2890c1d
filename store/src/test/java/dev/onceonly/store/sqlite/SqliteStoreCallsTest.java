package dev.onceonly.store.sqlite;

import dev.onceonly.core.service.Store;
import dev.onceonly.testkit.CallContract;
import dev.onceonly.testkit.ManualTime;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/// Governed calls on the embedded store.
final class SqliteStoreCallsTest extends CallContract {
  @TempDir private Path path;
  private @Nullable StoreFolder folder;

  @Override
  protected Store open(ManualTime time) {
    StoreFolder opened = new StoreFolder(path, time);
    folder = opened;
    return opened.open();
  }

  @Override
  protected void close(Store store) {
    if (folder != null) {
      folder.close();
    }
  }
}
