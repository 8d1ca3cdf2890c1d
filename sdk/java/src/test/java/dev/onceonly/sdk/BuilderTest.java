package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client can't be made of, and the words that say so.
final class BuilderTest {
  private static OnceOnlyBuilder builder() {
    return OnceOnly.builder().apiKey("k");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:secret@127.0.0.1",
        "http://secret@127.0.0.1",
        "http://127.0.0.1/v1?key=secret",
        "http://127.0.0.1/v1#secret",
        "http://127.0.0.1/secret path",
        "secret",
        "ftp://secret",
        ""
      })
  void aBaseUrlHasSchemeHostAndPathAlone(String url) {
    OnceOnlyBuilder builder = builder().baseUrl(url);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("baseUrl must ")
        .hasMessageNotContaining("secret")
        .hasNoCause();
    assertThat(builder.toString()).doesNotContain("secret");
  }

  @Test
  void aBaseUrlsSchemeMayBeInCapitals() {
    try (OnceOnly client = builder().baseUrl("HTTP://127.0.0.1:8/").build()) {
      assertThat(client).hasToString("OnceOnly[http://127.0.0.1:8/v1]");
    }
  }

  @Test
  void everyMessageNamesTheOptionAndTheBound() {
    refused("timeout must be a duration above 0", () -> builder().timeout(Duration.ZERO));
    refused("deadline must be a duration above 0", () -> builder().deadline(Duration.ZERO));
    refused(
        "retryBackoff must be a duration of 0 or more",
        () -> builder().retryBackoff(Duration.ofMillis(-1)));
    refused("maxRetries must be a whole number, 0 or more", () -> builder().maxRetries(-1));
    refused("maxConnections must be a whole number, 1 or more", () -> builder().maxConnections(0));
    refused("userAgent must not be empty", () -> builder().userAgent(" "));
    refused(
        "userAgent must consist of visible ASCII characters", () -> builder().userAgent("a\nb"));
  }

  private static void refused(String words, Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(words);
  }
}
