package dev.onceonly.core.govern;

import org.jspecify.annotations.Nullable;

/// A registered tool as stored.
///
/// @param description 0 to 512 characters, null where none was given
public record ToolRow(
    Endpoint endpoint,
    Delivery delivery,
    boolean enabled,
    @Nullable String description,
    long createdAtMs) {

  /// Where it is called and how that is signed.
  ///
  /// @param nextSecret while a secret is rotated, both sign
  /// @param onlyV2 whether the published signature, which leaves out the time, is not sent
  public record Endpoint(String url, Secret secret, @Nullable Secret nextSecret, boolean onlyV2) {}

  /// A secret that only the dispatcher can read.
  ///
  /// @param sealed encrypted, bound to namespace, scope and tool; base64
  /// @param id `sec_` and 8 hexadecimal digits; another secret has another id
  /// @param mask `***` and the last three characters
  public record Secret(String sealed, String id, String mask) {
    @Override
    public String toString() {
      return "Secret[" + id + "]";
    }
  }

  /// Bounds of one call.
  ///
  /// @param timeoutMs of one attempt, from connecting to the body's last byte: 250 to 120,000
  /// @param maxRetries further attempts: 0 to 10
  public record Delivery(int timeoutMs, int maxRetries) {
    public static final int TIMEOUT_MS_MIN = 250;
    public static final int TIMEOUT_MS_MAX = 120_000;
    public static final int TIMEOUT_MS_DEFAULT = 15_000;
    public static final int RETRIES_MAX = 10;
    public static final int RETRIES_DEFAULT = 2;

    public Delivery {
      if (timeoutMs < TIMEOUT_MS_MIN || timeoutMs > TIMEOUT_MS_MAX) {
        throw new IllegalArgumentException("timeout_ms is 250 to 120,000, was " + timeoutMs);
      }
      if (maxRetries < 0 || maxRetries > RETRIES_MAX) {
        throw new IllegalArgumentException("max_retries is 0 to 10, was " + maxRetries);
      }
    }
  }

  /// What a call that was begun with this tool is bound to: after a change of URL or secret nobody
  /// knows whether the new place has seen the key.
  public String binding() {
    return endpoint.secret.id + " " + endpoint.url;
  }

  public ToolRow withEnabled(boolean on) {
    return new ToolRow(endpoint, delivery, on, description, createdAtMs);
  }
}
