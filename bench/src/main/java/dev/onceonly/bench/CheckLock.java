package dev.onceonly.bench;

/// The request that three of the workloads send.
final class CheckLock {
  /// Long enough that no key expires while it is measured.
  static final int TTL_SECONDS = 3600;

  private CheckLock() {}

  /// A check-lock request whose slot 0 is the key.
  static RequestTemplate template(Endpoint endpoint) {
    return RequestTemplate.post(
        endpoint,
        "/v1/check-lock",
        "{\"key\":\"%s\",\"ttl\":%d}".formatted(RequestTemplate.keySlot(), TTL_SECONDS));
  }
}
