package dev.onceonly.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Claimant;
import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Namespace.Notifications;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// In whose name a key may speak.
final class CallerTest {

  @ParameterizedTest
  @ValueSource(strings = {"bot-1", "bot-", "бот", "exact"})
  void anAgentsKeySpeaksForTheAgentsOfItsPatterns(String agentId) {
    Caller caller = caller(Role.AGENT, "bot-*", "бот", "exact");

    assertThat(caller.speaksFor(agentId)).isTrue();
    assertThatCode(() -> caller.requireSpeaksFor(agentId)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bot-1", "robot-1", "exact-not", "default", "*"})
  void anAgentsKeySpeaksForNoOther(String agentId) {
    Caller caller = caller(Role.AGENT, "bot-*", "exact");

    assertThat(caller.speaksFor(agentId)).isFalse();
    assertThatThrownBy(() -> caller.requireSpeaksFor(agentId))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.FORBIDDEN);
              assertThat(failure.facts()).isEqualTo(Map.of("role", "agent"));
            });
  }

  @ParameterizedTest
  @EnumSource(names = "AGENT", mode = EnumSource.Mode.EXCLUDE)
  void aKeyOfAnotherRoleIsBoundToNoAgent(Role role) {
    assertThat(caller(role).speaksFor("anyone")).isTrue();
  }

  @Test
  void anAgentsKeyWithoutPatternsSpeaksForNobody() {
    assertThat(caller(Role.AGENT).speaksFor("anyone")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"order-1", "order-", "заказ", "exact"})
  void anAgentsKeyWithPatternsOfLocksNamesThoseAndTouchesAnybodysClaim(String key) {
    Caller caller = bound("order-*", "заказ", "exact");

    assertThatCode(() -> caller.requireMayName(key)).doesNotThrowAnyException();
    assertThat(caller.claimant()).isEqualTo(new Claimant(1, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Order-1", "an-order-1", "exactly", "*", "order"})
  void anAgentsKeyWithPatternsOfLocksNamesNoOther(String key) {
    Caller caller = bound("order-*", "exact");

    assertThatThrownBy(() -> caller.requireMayName(key))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.FORBIDDEN);
              assertThat(failure.facts()).isEqualTo(Map.of("role", "agent"));
            });
  }

  @Test
  void anAgentsKeyWithoutPatternsOfLocksNamesAllAndTouchesItsOwnClaims() {
    Caller caller = caller(Role.AGENT, "bot-*");

    assertThatCode(() -> caller.requireMayName("anything")).doesNotThrowAnyException();
    assertThat(caller.claimant()).isEqualTo(new Claimant(1, true));
  }

  @ParameterizedTest
  @EnumSource(names = "AGENT", mode = EnumSource.Mode.EXCLUDE)
  void aKeyOfAnotherRoleIsBoundToNoClaim(Role role) {
    assertThatCode(() -> caller(role).requireMayName("anything")).doesNotThrowAnyException();
    assertThat(caller(role).claimant()).isEqualTo(new Claimant(1, false));
    assertThat(caller(role).speaksForAll()).isTrue();
  }

  @Test
  void onlyTheStarSpeaksForAll() {
    assertThat(caller(Role.AGENT, "bot-*", "*").speaksForAll()).isTrue();
    assertThat(caller(Role.AGENT, "bot-*").speaksForAll()).isFalse();
  }

  @Test
  void powersAreToldInWords() {
    Powers powers = new Powers(Role.AGENT, List.of("bot-*", "x"), List.of("order-*", "y"));
    assertThat(powers.described()).isEqualTo("role agent, agents bot-* x, locks order-* y");
    assertThat(powers.boundTo()).isEqualTo(", agents bot-* x, locks order-* y");
    assertThat(new Powers(Role.READER, List.of(), List.of()).described()).isEqualTo("role reader");
  }

  private static Caller caller(Role role, String... patterns) {
    return caller(new Powers(role, List.of(patterns), List.of()));
  }

  private static Caller bound(String... locks) {
    return caller(new Powers(Role.AGENT, List.of("bot-*"), List.of(locks)));
  }

  private static Caller caller(Powers powers) {
    Plan plan = new Plan("unlimited", null, null, false, new Plan.TtlBounds(60, 3_600));
    Namespace namespace = new Namespace(1, "n", "unlimited", 0, null, Notifications.ALL);
    return new Caller(
        namespace, plan, new ApiKey(1, "key_1", 1, "once…", powers, new ApiKey.Span(0, null)));
  }
}
