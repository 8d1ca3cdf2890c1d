package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.error.OnceOnlyException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client takes from the process environment, and when.
final class EnvironmentTest {
  private final FakeServer away =
      new FakeServer(request -> CompletableFuture.failedFuture(new IOException("away")));

  private static Environment of(Map<String, String> variables) {
    return new Environment(name -> variables.get(Objects.requireNonNull(name)));
  }

  private OnceOnlyBuilder builder(Map<String, String> variables) {
    return OnceOnly.builder().transport(away).environment(of(variables));
  }

  @Test
  void keyAndAddressComeFromTheEnvironmentWhereTheCodeGivesNone() {
    Map<String, String> variables =
        Map.of("ONCEONLY_API_KEY", "once_live_x", "ONCEONLY_BASE_URL", "http://127.0.0.1:7/once");
    assertThat(builder(variables).build()).hasToString("OnceOnly[http://127.0.0.1:7/once]");
    assertThat(builder(variables).baseUrl("http://127.0.0.1:8").build())
        .hasToString("OnceOnly[http://127.0.0.1:8/v1]");
    assertThat(builder(Map.of()).apiKey("k").build())
        .hasToString("OnceOnly[https://api.onceonly.tech/v1]");
    assertThatThrownBy(() -> builder(Map.of("ONCEONLY_API_KEY", " ")).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("apiKey must");
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "0", "no", "OFF", " False "})
  void aWordForNoForbidsFailingOpenWhateverTheCodeSays(String word) {
    try (OnceOnly client =
        builder(Map.of("ONCEONLY_FAIL_OPEN", word)).apiKey("k").failOpen(true).build()) {
      assertThatThrownBy(() -> client.checkLock("a", o -> o.failOpen(true)))
          .isInstanceOf(NetworkException.class);
      assertThatThrownBy(() -> client.async().checkLock("a", o -> o.failOpen(true)).join())
          .hasCauseInstanceOf(OnceOnlyException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "1", "yes", "on", ""})
  void aWordForYesChangesNothing(String word) {
    Map<String, String> variables = Map.of("ONCEONLY_FAIL_OPEN", word);
    try (OnceOnly open = builder(variables).apiKey("k").build();
        OnceOnly closed = builder(variables).apiKey("k").failOpen(false).build()) {
      assertThat(open.checkLock("a").failedOpen()).isTrue();
      assertThatThrownBy(() -> closed.checkLock("a")).isInstanceOf(NetworkException.class);
    }
  }

  @Test
  void anotherWordIsRefusedWhenTheClientIsMade() {
    OnceOnlyBuilder builder = builder(Map.of("ONCEONLY_FAIL_OPEN", "perhaps")).apiKey("k");
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "ONCEONLY_FAIL_OPEN must be one of true, 1, yes, on, false, 0, no, off, or empty");
  }

  @Test
  void theEnvironmentIsReadWhenTheClientIsMadeAndNeverAgain() {
    List<String> read = new ArrayList<>();
    OnceOnlyBuilder builder =
        OnceOnly.builder()
            .transport(away)
            .environment(
                new Environment(name -> {
                  read.add(name);
                  return null;
                }));
    assertThat(read).isEmpty();
    try (OnceOnly client = builder.apiKey("k").build()) {
      read.clear();
      assertThat(client.checkLock("a").failedOpen()).isTrue();
      assertThat(client.async().checkLock("a").join().failedOpen()).isTrue();
    }
    assertThat(read).isEmpty();
  }
}
