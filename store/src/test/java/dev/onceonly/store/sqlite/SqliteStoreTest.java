package dev.onceonly.store.sqlite;

import dev.onceonly.core.service.Store;
import dev.onceonly.testkit.ManualTime;
import dev.onceonly.testkit.StoreContract;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/// The embedded store keeps the contract, on real files that are closed and opened again.
final class SqliteStoreTest extends StoreContract {
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

  @Override
  protected boolean isDurable() {
    return true;
  }
}
