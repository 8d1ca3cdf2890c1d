package dev.onceonly.server;

import dev.onceonly.http.Route;
import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.server.admin.AdminSocket;
import dev.onceonly.server.command.OnceOnlyCommand;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteStore;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A whole server: the data folder held, the store open, HTTP and the operators' socket answering.
public final class RunningServer implements AutoCloseable {
  private final DataFolder folder;
  private final SqliteStore store;
  private final OnceOnlyServer server;
  private final AdminSocket socket;
  private final CountDownLatch closed = new CountDownLatch(1);

  private RunningServer(Settings settings) {
    folder = DataFolder.hold(settings.data());
    try {
      store = Stores.opened(folder, settings);
      ServerMetrics metrics = new ServerMetrics();
      store.report(new StoreFigures(metrics.registry(), store));
      store.start();
      server = OnceOnlyServer.start(settings, store, metrics);
      Admin admin = new Admin(store, server.accounts(), OnceOnlyServer.strongRandom());
      socket = new AdminSocket(folder.path(), request -> OnceOnlyCommand.runInside(admin, request));
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /// Starts everything, or nothing.
  public static RunningServer start(Settings settings) {
    return new RunningServer(settings);
  }

  public int port() {
    return server.port();
  }

  public @Nullable String madeKey() {
    return server.madeKey();
  }

  public List<Route> routes() {
    return server.routes();
  }

  /// Waits until [#close()] is done.
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /// Stops taking, finishes what is in flight, answers every waiter, flushes, and lets the folder
  /// go.
  @Override
  public void close() {
    socket.close();
    server.close();
    store.close();
    folder.close();
    closed.countDown();
  }
}
