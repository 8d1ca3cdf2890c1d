package dev.onceonly.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.KeyLookup.KeyEntry;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.Plans;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.RetentionHistory;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.core.service.AuditLog;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Namespaces and API keys.
public interface AccountCases extends StoreUnderTest {
  String TEXT = "once_live_0123456789abcdef";

  private Accounts accounts() {
    return new Accounts(store(), Plans.of(Plans.BUILT_IN), "unlimited");
  }

  @Test
  default void namespacesAreNumberedFromOneAndStay() {
    Accounts accounts = accounts();
    Namespace first = accounts.createNamespace("default", null, null);
    Namespace second = accounts.createNamespace("b-2", "free", "ops@example.com");
    assertThat(first.id()).isEqualTo(1);
    assertThat(first.plan()).isEqualTo("unlimited");
    assertThat(first.createdAtMs()).isEqualTo(time().now().toEpochMilli());
    assertThat(second.id()).isEqualTo(2);
    assertThat(second.email()).isEqualTo("ops@example.com");
    restart();
    assertThat(accounts().namespaces()).containsExactly(second, first);
    assertThat(accounts().createNamespace("c", null, null).id()).isEqualTo(3);
  }

  @Test
  default void aNamespacesNameIsTakenOnce() {
    Accounts accounts = accounts();
    Namespace first = accounts.createNamespace("a", "free", null);
    assertRefused(() -> accounts.createNamespace("a", "pro", null), "already");
    assertThat(accounts.namespaces()).containsExactly(first);
    assertThat(accounts.createNamespace("b", null, null).id()).isEqualTo(2);
  }

  @Test
  default void badNamesAndPlansAreRefused() {
    Accounts accounts = accounts();
    for (String name : List.of("", "A", "-a", "_a", "a b", "\u00fc", "a".repeat(64), "a\n")) {
      assertRefused(() -> accounts.createNamespace(name, null, null), "1 to 63");
    }
    assertRefused(() -> accounts.createNamespace("a", "gold", null), "no plan gold");
    assertThat(accounts.namespaces()).isEmpty();
    assertThat(accounts.createNamespace("a".repeat(63), null, null).id()).isEqualTo(1);
  }

  @Test
  default void planAndNotificationsChangeForTheNextLookup() {
    Accounts accounts = accounts();
    accounts.createNamespace("a", "free", null);
    accounts.createKey("a", TEXT, Role.ADMIN, List.of());
    accounts.setPlan("a", "pro");
    Notifications some = new Notifications(true, false, true);
    accounts.updateNotifications(Accounts.OPERATOR, "a", _ -> some);
    assertThat(entry(accounts).caller().plan().name()).isEqualTo("pro");
    assertThat(entry(accounts).caller().namespace().notifications()).isEqualTo(some);
    restart();
    assertThat(accounts().namespace("a").plan()).isEqualTo("pro");
    assertThat(accounts().namespace("a").notifications()).isEqualTo(some);
    assertRefused(() -> accounts().setPlan("nobody", "pro"), "no namespace nobody");
    assertRefused(() -> accounts().setPlan("a", "gold"), "no plan gold");
  }

  @Test
  default void aKeyIsFoundByTheHashOfItsText() {
    Accounts accounts = accounts();
    accounts.createNamespace("a", "free", null);
    assertThat(accounts.hasKeys()).isFalse();
    Powers powers = new Powers(Role.AGENT, List.of("bot-*", "*"), List.of("order-*", "mail"));
    ApiKey key = accounts.createKey("a", TEXT, powers);
    assertThat(accounts.hasKeys()).isTrue();
    restart();
    Accounts again = accounts();
    assertThat(again.keys("a")).containsExactly(key);
    KeyEntry entry = entry(again);
    assertThat(entry.enabled()).isTrue();
    assertThat(entry.caller().role()).isEqualTo(Role.AGENT);
    assertThat(entry.caller().agentPatterns()).containsExactly("bot-*", "*");
    assertThat(entry.caller().key().powers()).isEqualTo(powers);
    assertThat(entry.caller().namespaceId()).isEqualTo(1);
    assertThat(again.find(Sha256.hex(TEXT + "0"))).isNull();
    assertThat(key.preview()).isEqualTo("once_live_\u2026cdef");
    assertThat(key.toString()).doesNotContain("0123456789");
  }

  @Test
  default void theSameKeyAgainIsLeftAsItIsAndAnotherUseIsRefused() {
    Accounts accounts = accounts();
    accounts.createNamespace("a", null, null);
    accounts.createNamespace("b", null, null);
    ApiKey key = accounts.createKey("a", TEXT, Role.ADMIN, List.of());
    time().advanceMs(5_000);
    assertThat(accounts.createKey("a", TEXT, Role.ADMIN, List.of())).isEqualTo(key);
    assertRefused(() -> accounts.createKey("a", TEXT, Role.READER, List.of()), "exists already");
    assertRefused(() -> accounts.createKey("b", TEXT, Role.ADMIN, List.of()), "exists already");
    assertThat(accounts.keys("b")).isEmpty();
    ApiKey agents = accounts.createKey("a", TEXT + "2", Role.AGENT, List.of("*"));
    Powers locks = new Powers(Role.AGENT, List.of("*"), List.of("*"));
    assertRefused(() -> accounts.createKey("a", TEXT + "2", locks), "exists already");
    assertThat(accounts.createKey("a", TEXT + "2", agents.powers())).isEqualTo(agents);
  }

  @Test
  default void keysAreNumberedOverAllNamespacesAndKeepTheirNumber() {
    Accounts accounts = accounts();
    accounts.createNamespace("a", null, null);
    accounts.createNamespace("b", null, null);
    ApiKey first = accounts.createKey("a", TEXT + "1", Role.ADMIN, List.of());
    ApiKey second = accounts.createKey("b", TEXT + "2", Role.AGENT, List.of("*"));
    assertThat(first.number()).isEqualTo(1);
    assertThat(second.number()).isEqualTo(2);
    assertThat(accounts.createKey("a", TEXT + "1", Role.ADMIN, List.of()).number()).isEqualTo(1);
    assertThat(accounts.disableKey(first.keyId()).number()).isEqualTo(1);
    restart();
    assertThat(accounts().keys("b")).containsExactly(second);
    assertThat(accounts().createKey("a", TEXT + "3", Role.READER, List.of()).number()).isEqualTo(3);
  }

  @Test
  default void aDisabledKeyStaysKnownAndStaysDisabled() {
    Accounts accounts = accounts();
    accounts.createNamespace("a", null, null);
    ApiKey key = accounts.createKey("a", TEXT, Role.ADMIN, List.of());
    ApiKey disabled = accounts.disableKey(key.keyId());
    assertThat(disabled.isEnabled()).isFalse();
    assertThat(entry(accounts).enabled()).isFalse();
    time().advanceMs(5_000);
    assertThat(accounts.disableKey(key.keyId())).isEqualTo(disabled);
    restart();
    assertThat(entry(accounts()).enabled()).isFalse();
    assertRefused(() -> accounts().disableKey("key_none"), "no API key key_none");
  }

  @Test
  default void changesHoldAtOnceWhileNoReadComesThrough() {
    ReadsOff reads = new ReadsOff(store());
    Accounts accounts = new Accounts(reads.store(), Plans.of(Plans.BUILT_IN), "unlimited");
    reads.turnOff();
    accounts.createNamespace("a", "free", null);
    ApiKey key = accounts.createKey("a", TEXT, Role.ADMIN, List.of());
    assertThat(entry(accounts).enabled()).isTrue();
    accounts.setPlan("a", "pro");
    assertThat(entry(accounts).caller().plan().name()).isEqualTo("pro");
    accounts.setEmail("a", "ops@example.com");
    assertThat(entry(accounts).caller().namespace().email()).isEqualTo("ops@example.com");
    ApiKey disabled = accounts.disableKey(key.keyId());
    assertThat(disabled.isEnabled()).isFalse();
    assertThat(entry(accounts).enabled()).isFalse();
    assertThat(accounts.keys("a")).containsExactly(disabled);
  }

  @Test
  default void aChangeBesideThisOneHoldsHereToo() {
    Accounts accounts = accounts();
    accounts.createNamespace("a", null, null);
    ApiKey key = accounts.createKey("a", TEXT, Role.ADMIN, List.of());
    Accounts beside = accounts();
    beside.disableKey(key.keyId());
    beside.createNamespace("b", null, null);
    assertThat(entry(accounts).enabled()).isFalse();
    assertThat(accounts.namespaces()).hasSize(2);
    assertThat(accounts.namespace(2).name()).isEqualTo("b");
  }

  @Test
  default void changesAreChainedInTheNamespacesLog() {
    Accounts accounts = accounts();
    accounts.createNamespace("a", "free", null);
    accounts.createNamespace("b", "free", null);
    ApiKey key = accounts.createKey("a", TEXT, Role.ADMIN, List.of());
    accounts.setEmail("a", "ops@example.com");
    accounts.updateNotifications(key.keyId(), "a", _ -> new Notifications(true, false, true));
    accounts.disableKey(key.keyId());
    restart();
    AuditLog log = new AuditLog(store());
    assertThat(log.newest(ChainKey.ofNamespace(1), 10))
        .extracting(entry -> entry.entry().action() + " by " + entry.entry().actor())
        .containsExactly(
            "namespace.create by operator",
            "key.create by operator",
            "namespace.email by operator",
            "namespace.notifications by " + key.keyId(),
            "key.disable by operator");
    assertThat(log.newest(ChainKey.ofNamespace(1), 2)).hasSize(2);
    assertThat(log.verify())
        .isEqualTo(new AuditLog.Findings(2, 6, List.of(), new RetentionHistory(List.of())));
    assertThat(log.compare(log.checkpoint()).faults()).isEmpty();
  }

  @Test
  default void badKeysAreRefused() {
    Accounts accounts = accounts();
    accounts.createNamespace("a", null, null);
    for (String text : List.of("", "x".repeat(15), "x".repeat(257), "with a space in it")) {
      assertRefused(() -> accounts.createKey("a", text, Role.ADMIN, List.of()), "16 to 256");
    }
    assertRefused(() -> accounts.createKey("a", TEXT, Role.AGENT, List.of()), "agent pattern");
    assertRefused(() -> accounts.createKey("a", TEXT, Role.READER, List.of("*")), "agent pattern");
    for (String pattern : List.of("", "two\nlines", "x".repeat(257))) {
      assertRefused(
          () -> accounts.createKey("a", TEXT, Role.AGENT, List.of("ok", pattern)), "agent pattern");
    }
    for (String pattern : List.of("", "two\nlines", "x".repeat(257))) {
      assertRefused(
          () -> accounts.createKey("a", TEXT, locks(List.of("ok", pattern))), "patterns of locks");
    }
    List<String> most = Collections.nCopies(Accounts.LOCK_PATTERNS_MAX, "x".repeat(256));
    List<String> more = Collections.nCopies(Accounts.LOCK_PATTERNS_MAX + 1, "x");
    assertRefused(() -> accounts.createKey("a", TEXT, locks(more)), "at most 20 patterns of locks");
    for (Role role : List.of(Role.ADMIN, Role.OPERATOR, Role.READER)) {
      assertRefused(
          () -> accounts.createKey("a", TEXT, new Powers(role, List.of(), List.of("*"))),
          "only a key of role agent is bound to locks");
    }
    assertRefused(() -> accounts.createKey("b", TEXT, Role.ADMIN, List.of()), "no namespace b");
    assertThat(accounts.hasKeys()).isFalse();
    accounts.createKey("a", "y".repeat(16), locks(most.subList(0, Accounts.LOCK_PATTERNS_MAX - 1)));
    accounts.createKey("a", "z".repeat(16), locks(most));
    accounts.createKey("a", "x".repeat(16), Role.ADMIN, List.of());
    accounts.createKey("a", "x".repeat(256), Role.ADMIN, List.of());
    assertThat(accounts.keys("a")).hasSize(4);
  }

  private static Powers locks(List<String> patterns) {
    return new Powers(Role.AGENT, List.of("*"), patterns);
  }

  private static KeyEntry entry(Accounts accounts) {
    KeyEntry entry = accounts.find(Sha256.hex(TEXT));
    if (entry == null) {
      throw new AssertionError("the key is not known");
    }
    return entry;
  }

  private static void assertRefused(ThrowingCallable action, String why) {
    assertThatThrownBy(action).isInstanceOf(AccountException.class).hasMessageContaining(why);
  }
}
