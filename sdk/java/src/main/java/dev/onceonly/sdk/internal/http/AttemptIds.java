package dev.onceonly.sdk.internal.http;

import java.util.UUID;

/// Random names of logical calls.
public final class AttemptIds {
  private AttemptIds() {}

  /// 32 characters that no other call has.
  public static String next() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
