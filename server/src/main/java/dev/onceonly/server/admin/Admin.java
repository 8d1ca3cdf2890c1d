package dev.onceonly.server.admin;

import dev.onceonly.core.service.Accounts;
import dev.onceonly.store.sqlite.SqliteStore;
import java.util.function.LongSupplier;

/// What an operator's commands work on: an open store and its accounts.
public record Admin(SqliteStore store, Accounts accounts, ApiKeyText keyText) {
  public Admin(SqliteStore store, Accounts accounts, LongSupplier random) {
    this(store, accounts, new ApiKeyText(random));
  }
}
