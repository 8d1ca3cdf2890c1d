package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.ToolDefinition;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.govern.ToolRow.Delivery;
import dev.onceonly.core.govern.ToolRow.Secret;
import dev.onceonly.core.govern.ToolTotalKey;
import dev.onceonly.core.govern.ToolTotalRow;
import dev.onceonly.core.service.ToolSteps.RegisterResult;
import dev.onceonly.core.service.ToolSteps.RegisterResult.PlanFull;
import dev.onceonly.core.service.ToolSteps.RegisterResult.Registered;
import dev.onceonly.core.service.ToolSteps.RegisterResult.SecretMissing;
import dev.onceonly.core.service.ToolSteps.Sealed;
import dev.onceonly.core.step.Decided;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What registering, switching and deleting a tool change, and what the audit chain says of it.
final class ToolStepsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final ToolKey KEY = ToolKey.global(1, "mail.send");
  private static final ToolTotalKey TOTAL = new ToolTotalKey(1);
  private static final ChainKey CHAIN = ChainKey.ofNamespace(1);
  private static final Secret FIRST = new Secret("sealed once", "sec_1", "***one");
  private static final Secret FIRST_AGAIN = new Secret("sealed twice", "sec_1", "***one");
  private static final Secret SECOND = new Secret("sealed", "sec_2", "***two");
  private static final ToolDefinition DEFINITION = definition("https://tools.example.org/?token=t");

  private final MapRows rows = new MapRows();

  @Test
  void aNewToolIsKeptCountedAndAudited() {
    Decided<RegisterResult> decided = register(KEY, DEFINITION, new Sealed(FIRST, SECOND), null);

    ToolRow row = stored(KEY);
    assertThat(decided.answer()).isEqualTo(new Registered(row));
    assertThat(row.endpoint().secret()).isEqualTo(FIRST);
    assertThat(row.endpoint().nextSecret()).isEqualTo(SECOND);
    assertThat(row.createdAtMs()).isEqualTo(NOW.toEpochMilli());
    assertThat(rows.get(TOTAL)).isEqualTo(new ToolTotalRow(1));
    assertThat(MapRows.keys(decided))
        .containsExactlyInAnyOrder(KEY, TOTAL, CHAIN, new AuditKey(CHAIN, 1));
    assertThat(entry(1).action()).isEqualTo("tool.register");
    assertThat(entry(1).actor()).isEqualTo("key_1");
    assertThat(entry(1).detail()).isEqualTo("mail.send in global, secret sec_1");
    assertThat(entry(1).toString()).doesNotContain("token", "sealed");
  }

  @Test
  void aNewToolNeedsASecret() {
    assertThat(register(KEY, DEFINITION, null, null).answer()).isEqualTo(new SecretMissing());
    Decided<RegisterResult> onlyNext = register(KEY, DEFINITION, new Sealed(null, FIRST), null);

    assertThat(onlyNext.answer()).isEqualTo(new SecretMissing());
    assertThat(onlyNext.changes()).isEmpty();
  }

  @Test
  void thePlanBoundsNewToolsOnly() {
    register(KEY, DEFINITION, new Sealed(FIRST, null), 1L);

    ToolKey ofAgent = new ToolKey(1, "agent:bot", "mail.send");
    Decided<RegisterResult> second = register(ofAgent, DEFINITION, new Sealed(FIRST, null), 1L);
    RegisterResult changed =
        register(KEY, definition("https://other"), new Sealed(FIRST, null), 1L).answer();
    RegisterResult ofAnother =
        register(ToolKey.global(2, "x"), DEFINITION, new Sealed(FIRST, null), 1L).answer();

    assertThat(second.answer()).isEqualTo(new PlanFull(1));
    assertThat(second.changes()).isEmpty();
    assertThat(changed).isInstanceOf(Registered.class);
    assertThat(ofAnother).isInstanceOf(Registered.class);
    assertThat(rows.get(TOTAL)).isEqualTo(new ToolTotalRow(1));
  }

  @Test
  void aPlanMayHaveRoomForNone() {
    assertThat(register(KEY, DEFINITION, new Sealed(FIRST, null), 0L).answer())
        .isEqualTo(new PlanFull(0));
  }

  @Test
  void aChangeWithoutAuthKeepsBothSecrets() {
    register(KEY, DEFINITION, new Sealed(FIRST, SECOND), null);

    register(KEY, definition("https://other"), null, null);

    assertThat(stored(KEY).endpoint().url()).isEqualTo("https://other");
    assertThat(stored(KEY).endpoint().secret()).isEqualTo(FIRST);
    assertThat(stored(KEY).endpoint().nextSecret()).isEqualTo(SECOND);
  }

  @Test
  void aChangeWithAuthButNoSecretKeepsTheSecretAndEndsTheRotation() {
    register(KEY, DEFINITION, new Sealed(FIRST, SECOND), null);

    register(KEY, DEFINITION, new Sealed(null, null), null);

    assertThat(stored(KEY).endpoint().secret()).isEqualTo(FIRST);
    assertThat(stored(KEY).endpoint().nextSecret()).isNull();
  }

  @Test
  void theSameRegistrationAgainChangesNothing() {
    register(KEY, DEFINITION, new Sealed(FIRST, null), null);
    ToolRow before = stored(KEY);

    Decided<RegisterResult> again =
        rows.run(
            new ToolSteps.Register(KEY, DEFINITION, new Sealed(FIRST_AGAIN, null), null, "key_2"),
            NOW.plusSeconds(5));

    assertThat(again.changes()).isEmpty();
    assertThat(again.answer()).isEqualTo(new Registered(before));
  }

  @Test
  void anotherSecretIsAChangeThatKeepsTheDayOfTheFirst() {
    register(KEY, DEFINITION, new Sealed(FIRST, null), null);

    rows.run(
        new ToolSteps.Register(KEY, DEFINITION, new Sealed(SECOND, null), null, "key_2"),
        NOW.plusSeconds(5));

    assertThat(stored(KEY).endpoint().secret()).isEqualTo(SECOND);
    assertThat(stored(KEY).createdAtMs()).isEqualTo(NOW.toEpochMilli());
    assertThat(entry(2).detail()).isEqualTo("mail.send in global, secret sec_2");
    assertThat(rows.get(TOTAL)).isEqualTo(new ToolTotalRow(1));
  }

  @Test
  void aSwitchedToolIsAuditedOnce() {
    register(KEY, DEFINITION, new Sealed(FIRST, null), null);

    assertThat(rows.run(new ToolSteps.Toggle(KEY, false, "key_2"), NOW).answer())
        .contains(stored(KEY));
    assertThat(stored(KEY).enabled()).isFalse();
    assertThat(entry(2).action()).isEqualTo("tool.toggle");
    assertThat(entry(2).detail()).isEqualTo("mail.send in global, off");

    assertThat(rows.run(new ToolSteps.Toggle(KEY, false, "key_2"), NOW).changes()).isEmpty();
    rows.run(new ToolSteps.Toggle(KEY, true, "key_2"), NOW);
    assertThat(entry(3).detail()).isEqualTo("mail.send in global, on");
  }

  @Test
  void aDeletedToolMakesRoom() {
    register(KEY, DEFINITION, new Sealed(FIRST, null), 1L);

    assertThat(rows.run(new ToolSteps.Delete(KEY, "key_2"), NOW).answer()).isTrue();

    assertThat(rows.get(KEY)).isNull();
    assertThat(rows.get(TOTAL)).isEqualTo(ToolTotalRow.NONE);
    assertThat(entry(2).action()).isEqualTo("tool.delete");
    assertThat(register(KEY, DEFINITION, new Sealed(FIRST, null), 1L).answer())
        .isInstanceOf(Registered.class);
  }

  @Test
  void whatIsNotThereIsNeitherSwitchedNorDeleted() {
    Decided<Boolean> deleted = rows.run(new ToolSteps.Delete(KEY, "key_1"), NOW);

    assertThat(rows.run(new ToolSteps.Toggle(KEY, true, "key_1"), NOW).answer()).isEmpty();
    assertThat(deleted.answer()).isFalse();
    assertThat(deleted.changes()).isEmpty();
  }

  private Decided<RegisterResult> register(
      ToolKey key, ToolDefinition definition, @Nullable Sealed sealed, @Nullable Long toolsMax) {
    return rows.run(new ToolSteps.Register(key, definition, sealed, toolsMax, "key_1"), NOW);
  }

  private static ToolDefinition definition(String url) {
    return new ToolDefinition(url, false, new Delivery(15_000, 2), true, null);
  }

  private ToolRow stored(ToolKey key) {
    return Objects.requireNonNull(rows.get(key));
  }

  private AuditEntry entry(long number) {
    return Objects.requireNonNull(rows.get(new AuditKey(CHAIN, number)));
  }
}
