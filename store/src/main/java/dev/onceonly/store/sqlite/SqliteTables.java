package dev.onceonly.store.sqlite;

import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentHourRow;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.AgentTotalRow;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.ToolDayRow;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.govern.ToolTotalRow;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.OpenTasksRow;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunRow;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.MonthRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All tables on one connection. Not thread-safe.
final class SqliteTables {
  final Statements statements;
  final AccountTables.Namespaces namespaces;
  final AccountTables.ApiKeys apiKeys;
  final UsageTables.Months months;
  final UsageTables.Days days;
  final PolicyTable policies;
  final ToolTables.Tools tools;
  final AgentTable agents;
  final AgentTotalTable agentTotals;
  final AgentFigureTables.Days agentDays;
  final CallTable calls;
  final DedupTable dedups;
  final ChainTable chains;
  final AuditTable audit;
  final AuditFigures figures;
  final RunTable runs;
  final RunEventTable events;
  final TaskTable tasks;
  final MailTable mails;
  private final LockTable locks;
  private final LeaseTable leases;
  private final Map<Class<?>, Table<?, ?>> byRow = new HashMap<>();

  SqliteTables(Connection connection) {
    statements = new Statements(connection);
    namespaces = new AccountTables.Namespaces(statements);
    apiKeys = new AccountTables.ApiKeys(statements);
    months = new UsageTables.Months(statements);
    days = new UsageTables.Days(statements);
    locks = new LockTable(statements);
    leases = new LeaseTable(statements);
    policies = new PolicyTable(statements);
    tools = new ToolTables.Tools(statements);
    agents = new AgentTable(statements);
    agentTotals = new AgentTotalTable(statements);
    agentDays = new AgentFigureTables.Days(statements);
    calls = new CallTable(statements);
    dedups = new DedupTable(statements);
    chains = new ChainTable(statements);
    audit = new AuditTable(statements, chains);
    figures = new AuditFigures(statements);
    runs = new RunTable(statements);
    events = new RunEventTable(statements, runs);
    tasks = new TaskTable(statements, leases);
    mails = new MailTable(statements);
    addClaims();
    addGovernance();
    addRuns();
  }

  private void addClaims() {
    byRow.put(LockRow.class, locks);
    byRow.put(LeaseRow.class, leases);
    byRow.put(LeaseDocument.class, new LeaseDocumentTable(statements, leases));
    byRow.put(MonthRow.class, months);
    byRow.put(DayRow.class, days);
    byRow.put(Namespace.class, namespaces);
    byRow.put(ApiKey.class, apiKeys);
    byRow.put(SequenceRow.class, new AccountTables.Sequences(statements));
    byRow.put(StateRow.class, new StateValues(statements));
  }

  private void addGovernance() {
    byRow.put(PolicyRow.class, policies);
    byRow.put(ToolRow.class, tools);
    byRow.put(ToolTotalRow.class, new ToolTables.Totals(statements));
    byRow.put(AgentRow.class, agents);
    byRow.put(AgentTotalRow.class, agentTotals);
    byRow.put(AgentHourRow.class, new AgentFigureTables.Hours(statements));
    byRow.put(AgentDayRow.class, agentDays);
    byRow.put(ToolDayRow.class, new AgentFigureTables.ToolDays(statements));
    byRow.put(CallRow.class, calls);
    byRow.put(CallDocument.class, new CallDocumentTable(statements));
    byRow.put(DedupRow.class, dedups);
    byRow.put(ChainRow.class, chains);
    byRow.put(AuditEntry.class, audit);
  }

  private void addRuns() {
    byRow.put(RunRow.class, runs);
    byRow.put(RunEventRow.class, events);
    byRow.put(TaskRow.class, tasks);
    byRow.put(OpenTasksRow.class, new OpenTasksTable(statements));
    byRow.put(ActionRow.class, new ActionTable(statements, leases));
    byRow.put(MailRow.class, mails);
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
    dedups.forgetPlaces();
    chains.forgetPlaces();
    runs.forgetPlaces();
  }

  /// The map pairs each row class with the table whose keys are of that row.
  @SuppressWarnings("unchecked")
  private <K extends RowKey<T>, T> Table<K, T> table(K key) {
    Table<?, ?> table = byRow.get(key.rowType());
    if (table == null) {
      throw new IllegalStateException("no table for " + key.rowType());
    }
    return (Table<K, T>) table;
  }
}
