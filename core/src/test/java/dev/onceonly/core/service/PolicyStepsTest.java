package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditChain;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.Policy.Caps;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.service.PolicySteps.PutResult;
import dev.onceonly.core.service.PolicySteps.PutResult.Put;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What putting and deleting a policy change, and what the audit chain says of it.
final class PolicyStepsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final PolicyKey KEY = new PolicyKey(1, "bot");
  private static final ChainKey CHAIN = new ChainKey(1, "bot");
  private static final Policy POLICY = new Policy(List.of("a", "b*"), null, Caps.NONE, null);
  private static final Policy OTHER = new Policy(null, List.of("a"), Caps.NONE, null);

  private final MapRows rows = new MapRows();

  @Test
  void aPolicyIsKeptWithItsVersionAndAnAuditEntry() {
    Decided<PutResult> decided = put(POLICY);

    PolicyRow row = new PolicyRow(POLICY, POLICY.version(), NOW.toEpochMilli());
    assertThat(decided.answer()).isEqualTo(new Put(row));
    assertThat(rows.get(KEY)).isEqualTo(row);
    assertThat(MapRows.keys(decided))
        .containsExactlyInAnyOrder(KEY, CHAIN, new AuditKey(CHAIN, 1), new AgentTotalKey(1));
    AuditEntry entry = entry(1);
    assertThat(entry.action()).isEqualTo("policy.put");
    assertThat(entry.actor()).isEqualTo("key_1");
    assertThat(entry.detail()).isEqualTo("version " + POLICY.version());
    assertThat(entry.atMs()).isEqualTo(NOW.toEpochMilli());
    assertThat(AuditChain.isGenuine(CHAIN, 1, entry)).isTrue();
  }

  @Test
  void anotherPolicyReplacesAllOfIt() {
    put(POLICY);
    put(OTHER);

    assertThat(Objects.requireNonNull(rows.get(KEY)).policy()).isEqualTo(OTHER);
    assertThat(entry(2).link().previousHash()).isEqualTo(entry(1).link().hash());
    assertThat(Objects.requireNonNull(rows.get(CHAIN)).length()).isEqualTo(2);
  }

  @Test
  void theSamePolicyAgainChangesNothing() {
    PutResult first = put(POLICY).answer();

    Decided<PutResult> again =
        rows.run(new PolicySteps.Put(KEY, POLICY, List.of(), "key_2", ""), NOW.plusSeconds(9));

    assertThat(again.changes()).isEmpty();
    assertThat(again.answer()).isEqualTo(first);
  }

  @Test
  void aTemplateIsNamedInTheAuditEntry() {
    rows.run(new PolicySteps.Put(KEY, POLICY, List.of(), "key_1", ", template strict"), NOW);

    assertThat(entry(1).detail()).isEqualTo("version " + POLICY.version() + ", template strict");
  }

  @Test
  void toolsThatHaveToExistAreLookedForInBothScopes() {
    register(ToolKey.global(1, "everyones"));
    register(ToolKey.ofAgent(new AgentKey(1, "bot"), "mine"));
    register(ToolKey.ofAgent(new AgentKey(1, "robot"), "anothers"));
    register(ToolKey.global(2, "foreign"));

    PutResult refused =
        rows.run(
                new PolicySteps.Put(
                    KEY,
                    POLICY,
                    List.of("anothers", "everyones", "foreign", "mine", "none"),
                    "key_1",
                    ""),
                NOW)
            .answer();
    PutResult taken =
        rows.run(new PolicySteps.Put(KEY, POLICY, List.of("everyones", "mine"), "key_1", ""), NOW)
            .answer();

    assertThat(refused)
        .isEqualTo(new PutResult.UnknownTools(List.of("anothers", "foreign", "none")));
    assertThat(taken).isInstanceOf(Put.class);
    assertThat(Objects.requireNonNull(rows.get(CHAIN)).length()).isEqualTo(1);
  }

  @Test
  void aDeletedPolicyIsGoneAndTheAuditEntryNamesItsVersion() {
    put(POLICY);

    Decided<Boolean> deleted = rows.run(new PolicySteps.Delete(KEY, "key_2"), NOW);
    Decided<Boolean> again = rows.run(new PolicySteps.Delete(KEY, "key_2"), NOW);

    assertThat(deleted.answer()).isTrue();
    assertThat(rows.get(KEY)).isNull();
    assertThat(entry(2).action()).isEqualTo("policy.delete");
    assertThat(entry(2).actor()).isEqualTo("key_2");
    assertThat(entry(2).detail()).isEqualTo("version " + POLICY.version());
    assertThat(again.answer()).isFalse();
    assertThat(again.changes()).isEmpty();
  }

  @Test
  void theChainGoesOnFromItsHead() {
    ChainRow head = new ChainRow(41, "f".repeat(64), 40, "e".repeat(64));
    rows.put(new Change<>(CHAIN, head));

    put(POLICY);

    AuditEntry entry = Objects.requireNonNull(rows.get(new AuditKey(CHAIN, 42)));
    assertThat(entry.link().previousHash()).isEqualTo("f".repeat(64));
    assertThat(rows.get(CHAIN))
        .isEqualTo(
            new ChainRow(
                42,
                entry.link().hash(),
                40,
                "e".repeat(64),
                new ChainRow.Times(entry.atMs(), -1, -1, -1)));
  }

  private Decided<PutResult> put(Policy policy) {
    return rows.run(new PolicySteps.Put(KEY, policy, List.of(), "key_1", ""), NOW);
  }

  private AuditEntry entry(long number) {
    return Objects.requireNonNull(rows.get(new AuditKey(CHAIN, number)));
  }

  private void register(ToolKey key) {
    ToolRow row =
        new ToolRow(
            new ToolRow.Endpoint("https://t", new ToolRow.Secret("s", "sec_1", "***"), null, false),
            new ToolRow.Delivery(1_000, 0),
            true,
            null,
            0);
    rows.put(new Change<>(key, row));
  }
}
