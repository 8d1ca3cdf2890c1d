package dev.onceonly.server;

import dev.onceonly.dispatch.TinkSealer;
import dev.onceonly.http.Route;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.LogFields;
import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.server.admin.AdminSocket;
import dev.onceonly.server.admin.FolderTurn;
import dev.onceonly.server.command.OnceOnlyCommand;
import dev.onceonly.server.config.Reason;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.figure.CallFigures;
import dev.onceonly.server.figure.ProcessFigures;
import dev.onceonly.server.mail.MailFigures;
import dev.onceonly.server.mail.MailSender;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A whole server: the data folder held, the store open, HTTP and the operators' socket answering.
public final class RunningServer implements AutoCloseable {
  private final OnceOnlyServer server;

  /// How to close what is open, the last first.
  private final Deque<Runnable> closings;

  private final FirstKey.@Nullable Made madeKey;

  private RunningServer(
      OnceOnlyServer server, Deque<Runnable> closings, FirstKey.@Nullable Made madeKey) {
    this.server = server;
    this.closings = closings;
    this.madeKey = madeKey;
  }

  /// As [#start(Settings, boolean)], with a key that is made written into its file.
  public static RunningServer start(Settings settings) {
    return start(settings, false);
  }

  /// Starts everything, or nothing. Whoever serves has asked [Preflight] before. What others can
  /// take from it (the port, the socket) is taken before a first API key is made, and nobody is
  /// answered before.
  ///
  /// @param shown whether a person is shown a key that is made; else it is written into a file
  /// @throws dev.onceonly.store.sqlite.StoreRefused where the folder can't be used
  /// @throws dev.onceonly.server.config.SettingsException where it can't listen
  public static RunningServer start(Settings settings, boolean shown) {
    Deque<Runnable> closings = new ArrayDeque<>();
    try {
      DataFolder folder = FolderTurn.hold(settings.data());
      closings.push(folder::close);
      SqliteStore store = Stores.opened(folder, settings);
      closings.push(store::close);
      ServerMetrics metrics = new ServerMetrics();
      report(metrics.registry(), store, settings);
      store.start();
      TinkSealer sealer = new TinkSealer(settings.sealingKeyFile(), store::allTools);
      SecretsKeyWatch secretsKey = SecretsKeyWatch.start(sealer);
      closings.push(secretsKey::close);
      Outbound outbound = Outbound.overTheNetwork(settings.governance().tools(), sealer);
      closings.push(outbound::close);
      OnceOnlyServer server =
          OnceOnlyServer.bind(
              settings,
              new OnceOnlyServer.Parts(
                  store, metrics, outbound, store::isPaused, List.of(store::lowSpace, secretsKey)));
      closings.push(server::close);
      MailSender mails = mails(settings, store, server, new MailFigures(metrics.registry()));
      if (mails != null) {
        closings.push(mails::close);
      }
      Admin admin =
          new Admin(
              store,
              server.accounts(),
              OnceOnlyServer.strongRandom(),
              Admin.Secrets.ofServer(sealer));
      AdminSocket socket =
          new AdminSocket(folder.path(), request -> OnceOnlyCommand.runInside(admin, request));
      closings.push(socket::close);
      Path file = shown ? null : folder.path().resolve(FirstKey.FILE);
      FirstKey.Made madeKey = server.open(settings, file);
      return new RunningServer(server, closings, madeKey);
    } catch (RuntimeException e) {
      closeAll(closings, e);
      throw e;
    }
  }

  private static void report(PrometheusRegistry registry, SqliteStore store, Settings settings) {
    ServerFigures.reportBuild(
        registry, RunningServer.class.getPackage().getImplementationVersion());
    ProcessFigures.report(registry);
    store.report(new StoreFigures(registry, store));
    store.listen(
        new CallFigures(
            registry, settings.logs().metricsToolsMax(), store.toolNames(CallFigures.KNOWN_MAX)));
  }

  private static @Nullable MailSender mails(
      Settings settings, SqliteStore store, OnceOnlyServer server, MailFigures figures) {
    try {
      return MailSender.start(settings.mail(), store, server.accounts(), store::isPaused, figures);
    } catch (IOException e) {
      throw settings.wrong("smtp_ca_file", "can't be used, " + Reason.of(e));
    }
  }

  public int port() {
    return server.port();
  }

  /// The API key that was made because there was none.
  public FirstKey.@Nullable Made madeKey() {
    return madeKey;
  }

  public List<Route> routes() {
    return server.routes();
  }

  public AccessLog accessLog() {
    return server.accessLog();
  }

  /// Reads the files of its TLS again, if it has any.
  public void reloadTls() {
    server.reloadTls();
  }

  /// When the certificate of its TLS ends; null without TLS of its own.
  public @Nullable Instant certificateEnd() {
    return server.certificateEnd();
  }

  /// Adds how much is under way to a line.
  public LogFields inFlight(LogFields fields) {
    return server.inFlight(fields);
  }

  /// Is not ready from now on, and goes on serving for that long.
  public void drain(Duration delay) throws InterruptedException {
    server.drain(delay);
  }

  /// The ids of the calls that [#close()] has left to the next start.
  public List<String> callsLeft() {
    return server.callsLeft();
  }

  /// The ids of the calls that ended `unknown` while it stopped, 100 at most.
  public List<String> callsUnknown() {
    return server.callsUnknown();
  }

  /// Stops taking, finishes what is in flight, answers every waiter, flushes, and lets the folder
  /// go. What fails keeps nothing else from being closed, and is thrown at the end.
  @Override
  public void close() {
    RuntimeException first = closeAll(closings, null);
    if (first != null) {
      throw first;
    }
  }

  /// Closes each, whatever becomes of the others.
  ///
  /// @param cause what has failed before
  /// @return what has failed first, with what has failed after it
  private static @Nullable RuntimeException closeAll(
      Iterable<Runnable> closings, @Nullable RuntimeException cause) {
    RuntimeException first = cause;
    for (Runnable closing : closings) {
      try {
        closing.run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    return first;
  }
}
