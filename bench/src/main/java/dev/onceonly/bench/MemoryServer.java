package dev.onceonly.bench;

import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.server.OnceOnlyServer;
import dev.onceonly.server.Outbound;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.SettingsFiles;
import dev.onceonly.store.ClockSinceStart;
import dev.onceonly.testkit.MemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// The same server over a store in memory: what the embedded store may cost is measured against it.
public final class MemoryServer {
  private MemoryServer() {}

  public static void main(String[] arguments) throws InterruptedException {
    Settings settings = Settings.of(SettingsFiles.collect(Map.of(), System.getenv(), null));
    MemoryStore store =
        new MemoryStore(
            new ClockSinceStart(InstantSource.system(), System::nanoTime, Instant.EPOCH));
    OnceOnlyServer server =
        OnceOnlyServer.start(
            settings,
            new OnceOnlyServer.Parts(
                store,
                new ServerMetrics(),
                Outbound.overTheNetwork(settings.governance().tools(), settings.data())));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
    System.out.println("OnceOnly is ready on http://127.0.0.1:" + server.port());
    new CountDownLatch(1).await();
  }
}
