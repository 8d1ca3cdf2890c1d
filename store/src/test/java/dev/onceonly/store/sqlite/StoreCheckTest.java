package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Grant;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.audit.AuditChain;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.Money;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.govern.ToolTotalKey;
import dev.onceonly.core.govern.ToolTotalRow;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunEventRow.Labels;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunRow;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the check finds in the tables of governance, audit and runs, and that it finds nothing in a
/// sound store.
final class StoreCheckTest extends TablesUnderTest {
  private static final ChainKey CHAIN = new ChainKey(1, "bot");
  private static final RunKey RUN = new RunKey(1, "r");
  private static final long DAY_MS = 86_400_000;

  @BeforeEach
  void fill() throws SQLException {
    save(new NamespaceKey("n"), new Namespace(1, "n", "free", 1, null, Notifications.ALL));
    new StateValues(new Statements(connection()))
        .save(StateValues.LAST_INSTANT_US, 10 * DAY_MS * 1_000);
    save(AgentKey.all(1), AgentRow.UNSEEN.disabledAt(1, "stop"));
    save(new AgentKey(1, "bot"), AgentRow.UNSEEN.seenAt(1));
    save(new AgentKey(1, "off"), AgentRow.UNSEEN.disabledAt(1, "stop"));
    Policy policy = new Policy(null, null, Policy.Caps.NONE, null);
    save(new PolicyKey(1, "bot"), new PolicyRow(policy, "v", 1));
    save(new PolicyKey(1, "unseen"), new PolicyRow(policy, "v", 1));
    save(new AgentTotalKey(1), new AgentTotalRow(3, 1));
    call(1, CallState.RESERVED, 4);
    call(2, CallState.UNKNOWN, Money.NANO_USD_MAX - 1);
    call(3, CallState.EXECUTED, 9);
    call(4, CallState.FAILED, 9);
    save(new AgentDayKey(1, "bot", 2), new AgentDayRow(4, 0, Money.NANO_USD_MAX + 3, 9));
    save(
        new ToolKey(1, ToolKey.GLOBAL, "t"),
        new ToolRow(
            new ToolRow.Endpoint("https://x", new ToolRow.Secret("s", "i", "m"), null, false),
            new ToolRow.Delivery(1_000, 1),
            true,
            null,
            1));
    save(new ToolTotalKey(1), new ToolTotalRow(1));
    append();
    append();
    event(1);
    event(2);
    LeaseRow lease = new LeaseRow(new Grant(1, 2, 3, 4, null, null, 1), 1, 2, 3, null);
    save(new LeaseKey(1, "k"), lease);
    save(new LockKey(1, "k"), new LockRow(new Grant(1, 2, 3, 4, null, null, 1), false, null));
    save(new LockKey(1, "old"), new LockRow(new Grant(1, 2, 3, 4, null, null, 0), false, null));
    Powers powers = new Powers(Role.READER, List.of(), List.of());
    save(new ApiKeyKey("h"), new ApiKey(1, "key_1", 1, "o", powers, new ApiKey.Span(1, null)));
    save(SequenceKey.API_KEYS, new SequenceRow(1));
    TaskKey task = new TaskKey(1, "k");
    save(task, new TaskRow(new TaskRow.Plan("r", "bot", 1, false, true, "key_1"), 1, 2, 0, 0, 0));
    save(new ActionKey(task, 49), new ActionRow("t", "{}", 0, HASH, null));
  }

  @Test
  void aSoundStoreHasNoProblems() throws SQLException {
    StoreCheck.Findings findings = StoreCheck.run(connection());
    assertThat(findings.problems()).isEmpty();
    assertThat(findings.rows())
        .containsEntry("calls", 4L)
        .containsEntry("audit entries", 2L)
        .containsEntry("run events", 2L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          UPDATE locks SET claimed_by = 2 WHERE key = 'k'           | 1 locks and leases that were claimed by an API key that does not exist
          DELETE FROM api_keys                                      | 2 locks and leases that were claimed by an API key that does not exist
          UPDATE sequences SET last = 0                             | 1 API keys whose number was never given
          UPDATE api_keys SET number = 0                            | 1 API keys whose number was never given
          UPDATE calls SET namespace_id = 7 WHERE number = 4        | 1 calls of a namespace that does not exist
          UPDATE calls SET created_at_ms = 900000000 WHERE number = 4 | 1 calls that were made after the store's last instant
          UPDATE call_documents SET id = 99 WHERE id = 9            | 1 documents without their call
          UPDATE dedup_entries SET call_number = 9 WHERE call_number = 3 | 1 dedup entries without their call
          UPDATE calls SET state = 2 WHERE number = 3               | 1 dedup entries whose state is not their call's
          UPDATE dedup_entries SET hash = x'00'                     | 1 keys with two dedup entries
          UPDATE agent_days SET reserved_nano_usd = reserved_nano_usd + 1 | 1 days whose reserved spend is not that of their open calls
          UPDATE calls SET spend_nano_usd = spend_nano_usd + 1000000000 WHERE number = 1 | 1 days whose reserved spend is not that of their open calls
          DELETE FROM agent_days                                    | 1 days whose reserved spend is not that of their open calls
          UPDATE tool_totals SET tools = 2                          | 1 namespaces whose total of tools is wrong
          DELETE FROM tool_totals                                   | 1 namespaces whose total of tools is wrong
          UPDATE agent_totals SET known = 2                         | 1 namespaces whose total of agents is wrong
          UPDATE agent_totals SET switched_off = 0                  | 1 namespaces whose total of agents is wrong
          DELETE FROM agent_totals                                  | 1 namespaces whose total of agents is wrong
          DELETE FROM agents WHERE agent_id = 'off'                 | 1 namespaces whose total of agents is wrong
          INSERT INTO agents VALUES (2, 'x', 1, NULL, NULL, NULL)   | 1 namespaces whose total of agents is wrong
          UPDATE audit_entries SET chain_id = 9 WHERE number = 1    | 1 audit entries without their chain
          DELETE FROM audit_entries WHERE number = 1                | 1 audit chains that are longer or shorter than their entries
          DELETE FROM audit_entries WHERE number = 2                | 1 audit chains whose head is not their last entry
          UPDATE audit_entries SET hash = x'00' WHERE number = 2    | 1 audit chains whose head is not their last entry
          DELETE FROM runs                                          | 2 events without their run
          DELETE FROM run_events WHERE id = 1                       | 1 runs whose number of events is wrong
          UPDATE run_tasks SET id = 9                               | 1 runs' tasks without their lease
          UPDATE run_actions SET id = 63                            | 1 runs' actions without their lease
          """)
  void whatDoesNotFitTogetherIsCounted(String tampering, String problem) throws SQLException {
    tamper(tampering);
    assertThat(StoreCheck.run(connection()).problems()).contains(problem);
  }

  private void call(long number, CallState state, long spendNanoUsd) throws SQLException {
    CallKey key = new CallKey(1, number);
    String hash = HASH.substring(1) + number;
    Long settledAtMs = state == CallState.RESERVED ? null : (Long) (3 * DAY_MS);
    save(
        key,
        new CallRow(
            new CallRow.Asked("bot", "t", "global", HASH, null, null),
            new CallRow.Hold(spendNanoUsd, 2 * DAY_MS + number),
            new CallRow.Delivery(hash, "k", 1, "b", 0, 0),
            new CallRow.Ending(state, settledAtMs, null, null, null, null)));
    save(new CallDocumentKey(key, Kind.RESULT), new CallDocument("{}"));
    if (state != CallState.FAILED) {
      save(new DedupKey(1, hash), new DedupRow(number, state, HASH, null, 2 * DAY_MS, 9 * DAY_MS));
    }
  }

  private void append() throws SQLException {
    ChainRow stored = load(CHAIN);
    ChainRow head = stored == null ? ChainRow.EMPTY : stored;
    AuditEntry entry =
        AuditChain.next(CHAIN, head, new AuditChain.Content(1, "call", "key_1", null, null));
    save(CHAIN, head.grownBy(entry));
    save(new AuditKey(CHAIN, head.length() + 1), entry);
  }

  private void event(long id) throws SQLException {
    RunEventRow event = new RunEventRow(1, 1, "note", Labels.NONE, null, null);
    save(RUN, RunRow.after(load(RUN), id, event));
    save(new RunEventKey(RUN, id), event);
  }
}
