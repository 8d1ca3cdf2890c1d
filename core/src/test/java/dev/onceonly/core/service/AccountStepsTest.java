package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.audit.AuditChain;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What changes of accounts leave in the audit log.
final class AccountStepsTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
  private static final ChainKey CHAIN = ChainKey.ofNamespace(1);
  private static final NamespaceKey NAME = new NamespaceKey("a");
  private static final ApiKeyKey KEY = new ApiKeyKey("0".repeat(64));
  private final MapRows rows = new MapRows();

  @Test
  void everyChangeIsChainedOnTheNamespacesChainWithWhoMadeIt() {
    run(new AccountSteps.CreateNamespace("operator", "a", "free", "ops@example.org"));
    run(
        new AccountSteps.CreateKey(
            "operator", KEY, key(Role.AGENT, List.of("bot-*", "x"), List.of("order-*", "y"))));
    update("operator", namespace -> namespace.withPlan("pro"));
    update("key_9", namespace -> namespace.withNotifications(new Notifications(true, false, true)));
    update("operator", namespace -> namespace.withEmail(null));
    update("operator", namespace -> namespace.withEmail("boss@example.org"));
    run(AccountSteps.SwitchKey.disabling("operator", KEY, 1));
    assertThat(log())
        .containsExactly(
            "operator namespace.create a on plan free",
            "operator key.create key_1, role agent, agents bot-* x, locks order-* y",
            "operator namespace.plan free to pro",
            "key_9 namespace.notifications email on, tool errors off, run failures on",
            "operator namespace.email removed",
            "operator namespace.email set",
            "operator key.disable key_1");
  }

  @Test
  void whatChangesNothingIsNotLogged() {
    run(new AccountSteps.CreateNamespace("operator", "a", "free", null));
    run(new AccountSteps.CreateKey("operator", KEY, key(Role.ADMIN, List.of(), List.of())));
    run(new AccountSteps.CreateKey("operator", KEY, key(Role.ADMIN, List.of(), List.of())));
    run(AccountSteps.SwitchKey.disabling("operator", KEY, 1));
    run(AccountSteps.SwitchKey.disabling("operator", KEY, 1));
    update("operator", namespace -> namespace.withPlan("free"));
    update("operator", namespace -> namespace.withEmail(null));
    assertThat(log()).hasSize(3);
  }

  @Test
  void twoChangesAtOnceAreTwoEntries() {
    run(new AccountSteps.CreateNamespace("operator", "a", "free", null));
    update("operator", namespace -> namespace.withPlan("pro").withEmail("ops@example.org"));
    assertThat(log())
        .containsExactly(
            "operator namespace.create a on plan free",
            "operator namespace.plan free to pro",
            "operator namespace.email set");
  }

  @Test
  void eachNamespaceHasItsOwnChain() {
    run(new AccountSteps.CreateNamespace("operator", "a", "free", null));
    run(new AccountSteps.CreateNamespace("operator", "b", "free", null));
    assertThat(log()).hasSize(1);
    assertThat(rows.get(new AuditKey(ChainKey.ofNamespace(2), 1))).isNotNull();
  }

  private void update(String actor, UnaryOperator<Namespace> change) {
    run(new AccountSteps.UpdateNamespace(actor, NAME, 1, change));
  }

  private void run(Step<?> step) {
    rows.run(step, NOW);
  }

  private static ApiKey key(Role role, List<String> agents, List<String> locks) {
    return new ApiKey(
        0,
        "key_1",
        1,
        "once_live_…cdef",
        new Powers(role, agents, locks),
        new ApiKey.Span(0, null));
  }

  /// The namespace's chain, which has to be whole.
  private List<String> log() {
    ChainRow head = rows.get(CHAIN);
    List<String> log = new ArrayList<>();
    String previous = ChainRow.GENESIS;
    for (long number = 1; head != null && number <= head.length(); number++) {
      AuditEntry entry = rows.get(new AuditKey(CHAIN, number));
      if (entry == null) {
        throw new AssertionError("no entry " + number);
      }
      assertThat(AuditChain.isGenuine(CHAIN, number, entry)).isTrue();
      assertThat(entry.link().previousHash()).isEqualTo(previous);
      assertThat(entry.atMs()).isEqualTo(NOW.toEpochMilli());
      previous = entry.link().hash();
      log.add(entry.actor() + " " + entry.action() + " " + entry.detail());
    }
    return log;
  }
}
