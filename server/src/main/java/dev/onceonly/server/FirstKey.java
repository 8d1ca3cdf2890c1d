package dev.onceonly.server;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.server.admin.ApiKeyText;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The key to begin with.
final class FirstKey {
  private FirstKey() {}

  /// Sees to it that there is one: the given one, or on an empty store a new one.
  ///
  /// @return the new one, which nobody can read again
  static @Nullable String ensure(Accounts accounts, @Nullable String given, LongSupplier random) {
    boolean needed = given != null || !accounts.hasKeys();
    if (!needed) {
      return null;
    }
    if (accounts.namespaces().stream()
        .noneMatch(namespace -> namespace.name().equals(Accounts.DEFAULT_NAMESPACE))) {
      accounts.createNamespace(Accounts.DEFAULT_NAMESPACE, null, null);
    }
    String text = given == null ? new ApiKeyText(random).next() : given;
    ApiKey key = accounts.createKey(Accounts.DEFAULT_NAMESPACE, text, Role.ADMIN, List.of());
    if (!key.isEnabled()) {
      throw new Failure(
          ErrorCode.API_KEY_DISABLED,
          "the API key that was given is disabled: " + key.keyId(),
          Map.of(),
          0);
    }
    return given == null ? text : null;
  }
}
