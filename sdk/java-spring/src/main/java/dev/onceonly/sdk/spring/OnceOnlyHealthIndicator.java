package dev.onceonly.sdk.spring;

import dev.onceonly.sdk.Account;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.error.OnceOnlyException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/// Up when the OnceOnly server knows the API key, asked by `GET /v1/me`, which costs nothing of a
/// plan. Details: `plan` when up; the error, its `status_code` and `request_id` when down. No
/// detail holds the API key or an e-mail address. One health check takes as long as the client's
/// timeout and retries allow. Thread-safe.
public final class OnceOnlyHealthIndicator extends AbstractHealthIndicator {
  private final OnceOnly client;

  /// Asks by `client`, which stays the caller's to close.
  public OnceOnlyHealthIndicator(OnceOnly client) {
    super("OnceOnly health check failed");
    this.client = client;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    try {
      Account account = client.me();
      builder.up();
      detail(builder, "plan", account.plan());
    } catch (OnceOnlyException e) {
      builder.down(e);
      detail(builder, "status_code", e.statusCode());
      detail(builder, "request_id", e.requestId());
    }
  }

  private static void detail(Health.Builder builder, String name, @Nullable Object value) {
    if (value != null) {
      builder.withDetail(name, value);
    }
  }
}
