package dev.onceonly.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where the server listens and how much it takes.
///
/// @param connectionsMax 0 where the heap and the limit of descriptors decide
/// @param requestsPerSecond of one API key; 0 is no limit
/// @param burst requests at once within that limit
/// @param uiBehindTls whether a proxy with TLS stands in front, whose `X-Forwarded-` headers can be
///   believed
/// @param tls null where it speaks plain HTTP
public record NetworkSettings(
    String host,
    int port,
    boolean uiBehindTls,
    int connectionsMax,
    int requestsPerSecond,
    int burst,
    Waiters waiters,
    Timeouts timeouts,
    @Nullable Tls tls) {

  /// Callers in `?wait=` at a time.
  public record Waiters(int max, int namespaceMax) {}

  /// Milliseconds.
  public record Timeouts(int headerMs, int bodyMs, int idleMs, int graceMs, int drainDelayMs) {}

  /// PEM files of the server's own TLS, both read again when they change.
  public record Tls(Path certificate, Path key) {}

  static NetworkSettings read(SettingSource source) {
    int perSecond = source.integer("rate_limit_per_second", 0, 1_000_000, 0);
    if (perSecond == 0 && source.isGiven("rate_limit_burst")) {
      source.warn("setting rate_limit_burst changes nothing without rate_limit_per_second");
    }
    return new NetworkSettings(
        source.text("host", "127.0.0.1"),
        source.integer("port", 0, 65_535, 8_080),
        source.flag("ui_behind_tls", false),
        source.integer("connections_max", 0, 1_000_000, 0),
        perSecond,
        source.integer("rate_limit_burst", 1, 1_000_000, Math.max(1, 2 * perSecond)),
        new Waiters(
            source.integer("waiters_max", 1, 1_000_000, 4_096),
            source.integer("waiters_max_per_namespace", 1, 1_000_000, 1_024)),
        new Timeouts(
            source.integer("header_timeout_ms", 100, 600_000, 10_000),
            source.integer("body_timeout_ms", 100, 600_000, 30_000),
            source.integer("idle_timeout_ms", 100, 3_600_000, 75_000),
            source.integer("shutdown_grace_ms", 0, 600_000, 10_000),
            source.integer("drain_delay_ms", 0, 600_000, 0)),
        tls(source));
  }

  private static @Nullable Tls tls(SettingSource source) {
    Path certificate = source.path("tls_certificate");
    Path key = source.path("tls_key");
    if ((certificate == null) != (key == null)) {
      source.problem(
          "settings tls_certificate and tls_key need each other", "tls_certificate", "tls_key");
    }
    if (key != null) {
      source.warnOfLooseMode("tls_key", key);
    }
    return certificate == null || key == null ? null : new Tls(certificate, key);
  }
}
