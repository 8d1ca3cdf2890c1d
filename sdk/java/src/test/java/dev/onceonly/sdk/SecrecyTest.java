package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.transport.TransportAnswer;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// The API key is in no text that anybody might log.
final class SecrecyTest {
  @Test
  void noTextShowsTheKey() {
    FakeServer server = FakeServer.answering("{\"plan\":\"free\"}");
    OnceOnlyBuilder builder = server.builder();
    assertThat(builder.toString()).doesNotContain("secret");
    try (OnceOnly client = builder.build()) {
      client.me();
      assertThat(client.toString()).doesNotContain("secret");
      assertThat(server.requests.get(0).headers().get("Authorization"))
          .isEqualTo("Bearer " + FakeServer.KEY);
      assertThat(server.requests.get(0).toString()).doesNotContain("secret");
    }
  }

  @Test
  void noErrorShowsTheKey() {
    FakeServer refusing =
        new FakeServer(request ->
            CompletableFuture.completedFuture(
                new TransportAnswer(401, Map.of(), "{\"detail\":\"no\"}")));
    FakeServer away =
        new FakeServer(request -> CompletableFuture.failedFuture(new ConnectException("away")));
    for (FakeServer server : new FakeServer[] {refusing, away}) {
      try (OnceOnly client = server.client()) {
        assertThatThrownBy(client::me)
            .satisfies(e -> {
              assertThat(e.toString()).doesNotContain("secret");
              assertThat(String.valueOf(e.getCause())).doesNotContain("secret");
            });
      }
    }
  }

  @Test
  void aKeyThatCannotBeSentIsRefusedWithoutBeingShown() {
    for (String key : new String[] {"", "  ", "once_live_secret\nx", "once_live_secretü"}) {
      assertThatThrownBy(() -> OnceOnly.builder().apiKey(key).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("secret");
    }
    assertThatThrownBy(() -> OnceOnly.builder().build())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
