package dev.onceonly.core.account;

import dev.onceonly.core.step.RowKey;

/// Names an API key by the SHA-256 of its text, 64 lower-case hex digits.
public record ApiKeyKey(String sha256) implements RowKey<ApiKey> {
  @Override
  public Class<ApiKey> rowType() {
    return ApiKey.class;
  }
}
