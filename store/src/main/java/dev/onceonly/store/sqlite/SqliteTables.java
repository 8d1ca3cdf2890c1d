package dev.onceonly.store.sqlite;

import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.MonthRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All tables on one connection. Not thread-safe.
final class SqliteTables {
  final Statements statements;
  final AccountTables.Namespaces namespaces;
  final AccountTables.ApiKeys apiKeys;
  final UsageTables.Months months;
  final UsageTables.Days days;
  private final LockTable locks;
  private final LeaseTable leases;
  private final Map<Class<?>, Table<?, ?>> byRow;

  SqliteTables(Connection connection) {
    statements = new Statements(connection);
    namespaces = new AccountTables.Namespaces(statements);
    apiKeys = new AccountTables.ApiKeys(statements);
    months = new UsageTables.Months(statements);
    days = new UsageTables.Days(statements);
    locks = new LockTable(statements);
    leases = new LeaseTable(statements);
    byRow =
        Map.of(
            LockRow.class, locks,
            LeaseRow.class, leases,
            LeaseDocument.class, new LeaseDocumentTable(statements, leases),
            MonthRow.class, months,
            DayRow.class, days,
            Namespace.class, namespaces,
            ApiKey.class, apiKeys,
            SequenceRow.class, new AccountTables.Sequences(statements),
            StateRow.class, new StateValues(statements));
  }

  <T> @Nullable T load(RowKey<T> key) throws SQLException {
    return this.<RowKey<T>, T>table(key).load(key);
  }

  <T> void save(Change<T> change) throws SQLException {
    this.<RowKey<T>, T>table(change.key()).save(change.key(), change.row());
  }

  /// Forgets what was looked up: at the end of each transaction.
  void forgetPlaces() {
    locks.forgetPlaces();
    leases.forgetPlaces();
  }

  /// The map above pairs each row class with the table whose keys are of that row.
  @SuppressWarnings("unchecked")
  private <K extends RowKey<T>, T> Table<K, T> table(K key) {
    Table<?, ?> table = byRow.get(key.rowType());
    if (table == null) {
      throw new IllegalStateException("no table for " + key.rowType());
    }
    return (Table<K, T>) table;
  }
}
