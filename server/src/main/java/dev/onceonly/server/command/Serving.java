package dev.onceonly.server.command;

import dev.onceonly.http.observe.LogFields;
import dev.onceonly.server.FirstKey;
import dev.onceonly.server.Logs;
import dev.onceonly.server.Preflight;
import dev.onceonly.server.RunningServer;
import dev.onceonly.server.config.Given;
import dev.onceonly.server.config.NetworkSettings;
import dev.onceonly.server.config.Setting;
import dev.onceonly.server.config.Settings;
import java.io.Console;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A server's life in its process: what it says when it starts, is ready and stops, and what
/// signals do. SIGTERM and SIGINT stop it in order, a second one of them at once; SIGHUP reads
/// again what can change while it runs.
final class Serving {
  /// What SIGHUP reads again.
  private static final Set<String> RELOADED = Set.of("log_level", "access_log");

  private static final String HANGUP = "HUP";
  private static final Map<String, Integer> ENDING = Map.of("TERM", 15, "INT", 2);
  private static final int SIGNAL_STATUS = 128;
  private static final Logger LOGGER = Logger.getLogger(Serving.class.getName());

  private final Supplier<Given> reading;
  private final long beganNanos = System.nanoTime();
  private final BlockingQueue<String> signals = new LinkedBlockingQueue<>();

  /// One that comes while the settings are read has them read once more, however many they are.
  private final BlockingQueue<String> hangups = new ArrayBlockingQueue<>(1);

  private final AtomicBoolean ending = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Given given;

  /// Starts nothing yet.
  ///
  /// @param reading collects what is set, by name; asked at the start and for each SIGHUP
  Serving(Supplier<Given> reading) {
    this.reading = reading;
    this.given = reading.get();
  }

  /// Serves until the process is told to stop.
  ///
  /// @return the exit status
  int run() throws InterruptedException {
    Settings settings = Settings.of(given);
    Preflight.require(settings);
    // Whoever tells it to stop from now on gets a stop in order.
    handleSignals();
    try {
      return serve(settings);
    } finally {
      ended.countDown();
    }
  }

  private int serve(Settings settings) throws InterruptedException {
    Logs.toStandardError(settings.logs().logLevel());
    LogFields.event("start")
        .and("version", OnceOnlyCommand.version())
        .and("data", settings.data().toAbsolutePath().toString())
        .and("address", address(settings.network(), settings.network().port()))
        .and("settings", settings.changed().stream().map(Serving::shown).toList())
        .log(LOGGER, Level.INFO, "starting");
    settings.readings().warnings().forEach(LOGGER::warning);
    Preflight.warnings(settings).forEach(LOGGER::warning);
    RunningServer server;
    try {
      server = RunningServer.start(settings, isRead());
    } catch (RuntimeException e) {
      LogFields.event("start_failed").log(LOGGER, Level.SEVERE, "not started: " + e.getMessage());
      throw e;
    }
    tellOfKey(server.madeKey());
    // A start that was told to stop has nobody who takes it for ready.
    boolean wanted = signals.isEmpty();
    if (wanted) {
      tellReady(server, settings.network());
    }
    // On a thread of its own: a file that can't be read to its end must not keep it from stopping.
    Thread.ofPlatform().daemon().name("reload").start(() -> reloadAtHangups(server));
    String signal = signals.take();
    return stop(server, "SIG" + signal, Duration.ofMillis(wanted ? drainMs(settings) : 0));
  }

  private static String shown(Setting setting) {
    return setting.name() + "=" + setting.value();
  }

  private static int drainMs(Settings settings) {
    return settings.network().timeouts().drainDelayMs();
  }

  /// Whether a person reads what is printed.
  @SuppressWarnings("SystemConsoleNull") // The JDK's built-in console is null where there is none.
  private static boolean isRead() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static void tellOfKey(FirstKey.@Nullable Made made) {
    if (made != null && made.file() != null) {
      System.out.println(
          "Made an API key for namespace default; read it in "
              + made.file()
              + ", then delete that");
      System.out.flush();
    }
  }

  private void tellReady(RunningServer server, NetworkSettings network) {
    String address = address(network, server.port());
    System.out.println("OnceOnly is ready on " + address);
    System.out.flush();
    LogFields ready =
        LogFields.event("ready").and("address", address).and("ms", msSince(beganNanos));
    Instant certificateEnd = server.certificateEnd();
    if (certificateEnd != null) {
      ready.and("not_after", certificateEnd.toString());
    }
    ready.log(LOGGER, Level.INFO, "ready");
  }

  private static String address(NetworkSettings network, int port) {
    return (network.tls() == null ? "http://" : "https://") + network.host() + ":" + port;
  }

  private void handleSignals() {
    boolean handled = Signals.on(HANGUP, hangups::offer);
    for (String name : ENDING.keySet()) {
      handled &= Signals.on(name, this::endBy);
    }
    if (!handled) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::endWithTheProcess));
    }
  }

  private void endBy(String signal) {
    if (ending.compareAndSet(false, true)) {
      signals.add(signal);
    } else {
      // Whoever asks twice has no time for what is in flight. What was answered is on disk.
      Runtime.getRuntime().halt(SIGNAL_STATUS + ENDING.getOrDefault(signal, 0));
    }
  }

  private void endWithTheProcess() {
    if (ending.compareAndSet(false, true)) {
      signals.add("TERM");
      try {
        ended.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private int stop(RunningServer server, String reason, Duration delay)
      throws InterruptedException {
    long stopNanos = System.nanoTime();
    server
        .inFlight(LogFields.event("stop").and("reason", reason))
        .and("drain_delay_ms", delay.toMillis())
        .log(LOGGER, Level.INFO, "stopping: not ready any more");
    server.drain(delay);
    int status = 0;
    try {
      server.close();
    } catch (RuntimeException e) {
      LogFields.event("stop_failed").log(LOGGER, Level.SEVERE, "not all was closed: " + e);
      status = 1;
    }
    List<String> left = server.callsLeft();
    List<String> unknown = server.callsUnknown();
    boolean clean = status == 0 && left.isEmpty() && unknown.isEmpty();
    LogFields.event("stopped")
        .and("ms", msSince(stopNanos))
        .and("calls_left", left)
        .and("calls_unknown", unknown)
        .log(
            LOGGER,
            clean ? Level.INFO : Level.WARNING,
            clean
                ? "stopped"
                : "stopped; calls_left go on at the next start, and nobody knows about calls_unknown");
    Logs.flushed();
    return status;
  }

  private void reloadAtHangups(RunningServer server) {
    try {
      while (true) {
        hangups.take();
        reload(server);
      }
    } catch (InterruptedException nobodyDoes) {
      Thread.currentThread().interrupt();
    }
  }

  private void reload(RunningServer server) {
    try {
      Given now = reading.get();
      Settings settings = Settings.of(now);
      Logs.level(settings.logs().logLevel());
      server.accessLog().switchTo(settings.logs().accessLog());
      server.reloadTls();
      LogFields.event("reloaded")
          .and("log_level", settings.logs().logLevel())
          .and("access_log", settings.logs().accessLog())
          .and("needs_restart", changedBeside(now))
          .log(LOGGER, Level.INFO, "read the settings again");
    } catch (RuntimeException e) {
      // Whatever it is: a server that runs is not to be ended by it.
      LogFields.event("reload_failed")
          .log(LOGGER, Level.WARNING, "all stays as it is: " + e.getMessage());
    }
  }

  /// The names of settings that have changed and hold from the next start only.
  private List<String> changedBeside(Given now) {
    Set<String> changed = new TreeSet<>(given.byName().keySet());
    changed.addAll(now.byName().keySet());
    changed.removeIf(
        name -> RELOADED.contains(name) || Objects.equals(now.value(name), given.value(name)));
    return List.copyOf(changed);
  }

  private static long msSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }
}
