package dev.onceonly.server.mail;

import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.Plans;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.core.service.Outbox;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.server.config.MailSettings;
import dev.onceonly.server.config.MailSettings.Login;
import dev.onceonly.server.config.MailSettings.StartTls;
import dev.onceonly.testkit.FreeStep;
import dev.onceonly.testkit.ManualTime;
import dev.onceonly.testkit.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// A store with one namespace that gets mails, and senders on it, whose rounds a test runs itself.
final class MailFixture {
  static final String FROM = "onceonly@example.net";
  static final String TO = "ops@example.org";

  final ManualTime time = new ManualTime(Instant.parse("2026-11-26T10:00:00Z"));
  final MemoryStore store = new MemoryStore(time.storeClock());
  final ServerMetrics metrics = new ServerMetrics();
  final MailFigures figures = new MailFigures(metrics.registry());
  final Accounts accounts = new Accounts(store, Plans.of(Plans.BUILT_IN), "unlimited");

  MailFixture() {
    accounts.createNamespace("default", null, TO);
  }

  static MailSettings settings(int port, @Nullable Login login, StartTls startTls) {
    return new MailSettings(
        "127.0.0.1", port, login, FROM, new MailSettings.Encryption(startTls, null), 5_000);
  }

  /// A sender without login or encryption.
  MailSender sender(int port) {
    return sender(settings(port, null, StartTls.OFF), null);
  }

  /// One that keeps what it has done in this store.
  MailSender sender(int port, Store keeping) {
    return new MailSender(
        new Outbox(keeping, accounts),
        new SmtpRoute(settings(port, null, StartTls.OFF), null),
        new Letters(FROM),
        () -> true,
        figures);
  }

  MailSender sender(MailSettings settings, @Nullable SSLSocketFactory trust) {
    return new MailSender(
        new Outbox(store, accounts),
        new SmtpRoute(settings, trust),
        new Letters(FROM),
        () -> true,
        figures);
  }

  /// Puts a mail into the outbox.
  MailKey write(MailKey.Kind kind, String subject) {
    return write(1, kind, subject, "it went wrong");
  }

  MailKey write(long namespaceId, MailKey.Kind kind, String subject, String text) {
    Instant now = time.now();
    long nowMs = now.toEpochMilli();
    MailKey key = new MailKey(namespaceId, kind, subject, (int) (now.getEpochSecond() / 3_600));
    store.run(FreeStep.saving(new Change<>(key, new MailRow(text, nowMs, 0, nowMs))));
    return key;
  }

  MailRow row(MailKey key) {
    return Objects.requireNonNull(store.get(key));
  }

  void want(boolean email, boolean toolErrors, boolean runFailures) {
    accounts.updateNotifications(
        Accounts.OPERATOR, "default", _ -> new Notifications(email, toolErrors, runFailures));
  }

  /// A figure of the senders, as Prometheus reads it.
  double figure(String series) {
    return new String(metrics.text(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow();
  }
}
