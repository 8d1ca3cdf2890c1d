package dev.onceonly.server.fault;

import dev.onceonly.dispatch.TinkSealer;
import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.server.OnceOnlyServer;
import dev.onceonly.server.Outbound;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.server.admin.AdminSocket;
import dev.onceonly.server.command.OnceOnlyCommand;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteSettings;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.store.sqlite.TimeSources;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// The server with the one fault that the power-cut test has to find: it answers before the flush.
/// Runs until it is killed.
final class UnflushedServer {
  private UnflushedServer() {}

  static void main() {
    Settings settings =
        Settings.of(
            Map.of(
                "data", System.getenv("ONCEONLY_DATA"),
                "api_key", System.getenv("ONCEONLY_API_KEY"),
                "port", "0"));
    SqliteSettings defaults = SqliteSettings.DEFAULT;
    SqliteSettings unflushed =
        new SqliteSettings(
            defaults.lane(),
            1 << 20,
            0,
            defaults.retention(),
            defaults.readTimeout(),
            SynchronousMode.OFF);
    DataFolder folder = DataFolder.hold(Path.of(System.getenv("ONCEONLY_DATA")));
    SqliteStore store =
        SqliteStore.open(
            folder,
            new SqliteStore.Opening(
                unflushed, new TimeSources(InstantSource.system(), System::nanoTime), false));
    store.start();
    TinkSealer sealer = new TinkSealer(settings.sealingKeyFile());
    Outbound outbound = Outbound.overTheNetwork(settings.governance().tools(), sealer);
    OnceOnlyServer server =
        OnceOnlyServer.start(
            settings,
            new OnceOnlyServer.Parts(store, new ServerMetrics(), outbound, store::isPaused));
    Admin admin =
        new Admin(
            store,
            server.accounts(),
            OnceOnlyServer.strongRandom(),
            Admin.Secrets.ofServer(sealer));
    AdminSocket socket =
        new AdminSocket(folder.path(), request -> OnceOnlyCommand.runInside(admin, request));
    Runtime.getRuntime().addShutdownHook(new Thread(socket::close));
    System.out.println("OnceOnly is ready on http://127.0.0.1:" + server.port());
  }
}
