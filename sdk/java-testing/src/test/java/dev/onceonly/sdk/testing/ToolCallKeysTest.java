package dev.onceonly.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.tool.GovernedToolCalls;
import dev.onceonly.sdk.tool.IdempotentToolCalls;
import dev.onceonly.sdk.tool.OnDuplicate;
import dev.onceonly.sdk.tool.ToolCall;
import dev.onceonly.sdk.transport.Transport;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which calls of tools are the same one.
@ExtendWith(OnceOnlyExtension.class)
@Timeout(60)
final class ToolCallKeysTest {
  private static ToolCall call(String arguments) {
    return new ToolCall("pay", arguments, null);
  }

  private static String keyWith(OnceOnly onceOnly, @Nullable Object part) {
    return new IdempotentToolCalls(onceOnly, o -> o.keyPart(call -> part)).keyOf(call("{}"));
  }

  @Test
  void aKeyPartIsATextAnIntegerOrAUuid(OnceOnly onceOnly) {
    Set<String> keys = new HashSet<>();
    for (Object part : List.of("a", 7, 8L, BigInteger.TWO.pow(80), new UUID(1, 2))) {
      assertThat(keys.add(keyWith(onceOnly, part))).isTrue();
    }
    for (Object part :
        List.of("", " ", Optional.of("a"), List.of("a"), Map.of(), 1.5, new Object())) {
      assertThatThrownBy(() -> keyWith(onceOnly, part))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keyPart must be a text, an integer or a UUID");
    }
    assertThatThrownBy(() -> keyWith(onceOnly, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void aConversationThatIsMissingIsRefused(OnceOnly onceOnly) {
    var calls = new IdempotentToolCalls(onceOnly, o -> o.perConversation(true));
    assertThatThrownBy(() -> calls.keyOf(call("{}"))).isInstanceOf(IllegalArgumentException.class);
    assertThat(calls.keyOf(new ToolCall("pay", "{}", "a")))
        .isNotEqualTo(calls.keyOf(new ToolCall("pay", "{}", "b")));
  }

  @Test
  void numbersCountWithAllTheirDigits(OnceOnly onceOnly) {
    var calls = new IdempotentToolCalls(onceOnly, o -> {});
    assertThat(calls.keyOf(call("{\"amount\":90071992547409.921}")))
        .isNotEqualTo(calls.keyOf(call("{\"amount\":90071992547409.922}")));
    assertThat(calls.keyOf(call("{\"amount\":9.50}")))
        .isEqualTo(calls.keyOf(call("{\"amount\":9.5}")));
  }

  @Test
  void theServerGetsThemWithAllTheirDigits() {
    FakeOnceOnly fake = new FakeOnceOnly().answerTool("pay", Map.of("ok", true));
    List<String> bodies = new ArrayList<>();
    Transport transport =
        request -> {
          bodies.add(String.valueOf(request.body()));
          return fake.send(request);
        };
    try (OnceOnly onceOnly = fake.client(builder -> builder.transport(transport))) {
      var unused =
          new GovernedToolCalls(onceOnly, "billing", o -> {})
              .call(call("{\"amount\":90071992547409.921}"));
    }
    assertThat(bodies).singleElement().asString().contains("\"amount\":90071992547409.921}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "[{\"b\":1,\"b\":1}]"})
  void aPropertyThatIsThereTwiceIsRefused(String arguments) {
    FakeOnceOnly fake = new FakeOnceOnly();
    try (OnceOnly onceOnly = fake.client()) {
      var calls = new IdempotentToolCalls(onceOnly, o -> {});
      assertThatThrownBy(() -> calls.call(call(arguments), () -> "paid"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no property twice");
      var governed = new GovernedToolCalls(onceOnly, "billing", o -> {});
      assertThatThrownBy(() -> governed.call(call(arguments)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(fake.requests()).isEmpty();
  }

  @Test
  void whatIsNoJsonStandsForItself(OnceOnly onceOnly) {
    var calls = new IdempotentToolCalls(onceOnly, o -> {});
    assertThat(calls.keyOf(call("{oops"))).isNotEqualTo(calls.keyOf(call("{ oops")));
    assertThat(calls.keyOf(call(" "))).isEqualTo(calls.keyOf(call("{}")));
  }

  @Test
  @SuppressWarnings("NullAway") // A tool may break its promise of a text.
  void aToolThatGivesNothingIsStillDone(OnceOnly onceOnly) {
    var calls = new IdempotentToolCalls(onceOnly, o -> o.onDuplicate(OnDuplicate.REPLAY));
    assertThat(calls.call(call("{}"), () -> null)).contains("was done, and gave nothing");
    assertThat(calls.call(call("{}"), () -> "paid")).contains("was done, and gave nothing");
  }

  @Test
  @SuppressWarnings("NullAway") // Callers without a null checker exist.
  void aPrefixThatSaysNothingIsRefused(OnceOnly onceOnly) {
    for (String prefix : new String[] {"", " ", null}) {
      assertThatThrownBy(() -> new IdempotentToolCalls(onceOnly, o -> o.keyPrefix(prefix)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keyPrefix must not be empty");
    }
  }
}
