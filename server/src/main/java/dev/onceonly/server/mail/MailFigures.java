package dev.onceonly.server.mail;

import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.service.Outbox.Outcome;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// The figures for Prometheus of the mails that this process has tried. They are there without a
/// mail server, too: all 0. Thread-safe.
public final class MailFigures {
  private final CounterDataPoint sent;
  private final CounterDataPoint givenUp;
  private final CounterDataPoint unwanted;
  private final Counter failures;

  /// Registers them.
  public MailFigures(PrometheusRegistry registry) {
    Counter mails =
        Counter.builder()
            .name("onceonly_mails_total")
            .help("Mails that are over, by how: sent, given up, or wanted by nobody any more")
            .labelNames("outcome")
            .register(registry);
    sent = mails.labelValues("sent");
    givenUp = mails.labelValues("given_up");
    unwanted = mails.labelValues("unwanted");
    failures =
        Counter.builder()
            .name("onceonly_mail_failures_total")
            .help("Attempts to send a mail that failed, whether it is tried again or not")
            .register(registry);
  }

  /// An attempt is over and kept.
  ///
  /// @param kept the mail as it is kept now
  void settled(Outcome outcome, MailRow kept) {
    switch (outcome) {
      case SENT -> sent.inc();
      case DROPPED -> unwanted.inc();
      case REFUSED -> {
        failures.inc();
        givenUp.inc();
      }
      case FAILED -> {
        failures.inc();
        if (kept.nextAtMs() == null) {
          givenUp.inc();
        }
      }
    }
  }
}
