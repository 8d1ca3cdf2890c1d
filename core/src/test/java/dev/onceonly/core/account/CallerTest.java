package dev.onceonly.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  private static Caller caller(Role role, String... patterns) {
    Plan plan = new Plan("unlimited", null, null, false, new Plan.TtlBounds(60, 3_600));
    Namespace namespace = new Namespace(1, "n", "unlimited", 0, null, Notifications.ALL);
    return new Caller(namespace, plan, "key_1", "once…", role, List.of(patterns));
  }
}
