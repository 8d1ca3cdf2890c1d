package dev.onceonly.server.admin;

import dev.onceonly.core.service.Accounts;
import dev.onceonly.dispatch.TinkSealer;
import dev.onceonly.store.sqlite.SqliteStore;
import java.time.Duration;
import java.util.function.LongSupplier;

/// What an operator's commands work on: an open store and its accounts.
public record Admin(SqliteStore store, Accounts accounts, ApiKeyText keyText, Secrets secrets) {

  /// The tools' secrets.
  ///
  /// @param sealer the one of the server, where there is one
  /// @param onTheirWay how long a secret that has been sealed may take to its row
  public record Secrets(TinkSealer sealer, Duration onTheirWay) {
    private static final Duration WITHIN_A_REQUEST = Duration.ofSeconds(2);

    /// Beside requests.
    public static Secrets ofServer(TinkSealer sealer) {
      return new Secrets(sealer, WITHIN_A_REQUEST);
    }

    /// With nobody else on the store.
    public static Secrets alone(TinkSealer sealer) {
      return new Secrets(sealer, Duration.ZERO);
    }
  }

  public Admin(SqliteStore store, Accounts accounts, LongSupplier random, Secrets secrets) {
    this(store, accounts, new ApiKeyText(random), secrets);
  }
}
