package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Bodies, metadata and request lines at their bounds and one above.
class SizeBoundsTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String LEASE = "/v1/ai/lease";
  private static final int BODY_BYTES_MAX = 256 * 1_024;

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @Test
  void aBodyMayHave256Kibibytes() {
    assertThat(admin.postText(LOCK, padded("fits", BODY_BYTES_MAX)).text("/status"))
        .isEqualTo("locked");
    assertTooLarge(admin.postText(LOCK, padded("over", BODY_BYTES_MAX + 1)));
    assertTooLarge(admin.postText(LOCK, padded("over", 10 * BODY_BYTES_MAX)));
    assertThat(admin.post(LOCK, "key", "over").text("/status")).isEqualTo("locked");
  }

  @Test
  void aBodyThatComesInChunksHasTheSameBound() {
    assertThat(chunked(padded("chunked", BODY_BYTES_MAX)).text("/status")).isEqualTo("locked");
    assertTooLarge(chunked(padded("chunked-over", BODY_BYTES_MAX + 1)));
    assertThat(admin.post(LOCK, "key", "chunked-over").text("/status")).isEqualTo("locked");
  }

  @Test
  void metadataOfALockMayHave2048Bytes() {
    assertBound(LOCK, 2_048, "at most 2048 bytes as compact JSON");
  }

  @Test
  void metadataOfALeaseMayHave64Kibibytes() {
    assertBound(LEASE, 65_536, "at most 65536 bytes as compact JSON");
  }

  @Test
  void bytesAreCountedInUtf8AndWithoutSpaces() {
    String wide = "🦉".repeat(510);
    String spaced = "{\"key\":\"wide\",\"metadata\":{ \"n\" :\n \"" + wide + "\"  }}";

    assertThat(admin.postText(LOCK, spaced).text("/status")).isEqualTo("locked");
    assertThat(admin.post(LOCK, "key", "wider", "metadata", Map.of("n", wide + "x")).status())
        .isEqualTo(422);
  }

  @Test
  void metadataIsAnObject() {
    for (String value : List.of("7", "\"a\"", "true", "[{}]")) {
      for (String path : List.of(LOCK, LEASE)) {
        assertThat(admin.postText(path, "{\"key\":\"bad\",\"metadata\":" + value + "}").mistakes())
            .containsExactly("dict_type at body.metadata: Input should be a valid dictionary");
      }
    }
    assertThat(admin.post(LOCK, "key", "bad").text("/status")).isEqualTo("locked");
  }

  @Test
  void aResultMayFillTheBody() {
    Answer owner = admin.post(LEASE, "key", "full");
    String start = Body.of(LeaseFields.of("full", owner));
    String head = start.substring(0, start.length() - 1) + ",\"result\":{\"n\":\"";
    String note = "x".repeat(BODY_BYTES_MAX - head.length() - 3);

    assertThat(admin.postText("/v1/ai/complete", head + note + "\"}}").status()).isEqualTo(200);
    assertThat(admin.get("/v1/ai/result", "key", "full").text("/result/n")).isEqualTo(note);
  }

  @Test
  void aRequestLineMayHave16Kibibytes() {
    RawHttp raw = new RawHttp(SERVER.port());
    String start = "/v1/me?x=";
    int room = 16 * 1_024 - "GET  HTTP/1.1".length() - start.length();

    Answer tooLong = raw.get(start + "x".repeat(room + 200));

    assertThat(raw.get(start + "x".repeat(room - 16)).status()).isEqualTo(200);
    assertThat(tooLong.status()).isEqualTo(414);
    assertThat(tooLong.body()).isEqualTo("{\"detail\":\"URI Too Long\"}");
  }

  @Test
  void headersThatAreTooLargeAreRefusedInTheShapeOfAllErrors() {
    Answer refused =
        new RawHttp(SERVER.port())
            .send("GET /v1/me", List.of("X-Padding: " + "x".repeat(64 * 1_024)), new byte[0]);

    assertThat(refused.status()).isEqualTo(431);
    assertThat(refused.body()).isEqualTo("{\"detail\":\"Request Header Fields Too Large\"}");
  }

  /// The object `{"n":"…"}` has eight bytes beside its text.
  private void assertBound(String path, int bytesMax, String message) {
    Map<String, String> fits = Map.of("n", "x".repeat(bytesMax - 8));
    Map<String, String> over = Map.of("n", "x".repeat(bytesMax - 7));

    Answer refused = admin.post(path, "key", "noted", "metadata", over);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes())
        .containsExactly("value_error at body.metadata: Value error, " + message);
    assertThat(refused.body().length()).isLessThan(1_000);
    assertThat(admin.post(path, "key", "noted", "metadata", fits).text("/status"))
        .isIn("locked", "acquired");
  }

  private static void assertTooLarge(Answer refused) {
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.body()).isEqualTo("{\"detail\":\"Content Too Large\"}");
    assertThat(refused.header("X-Request-Id")).isNotEmpty();
  }

  private Answer chunked(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Client.send(
        admin
            .request(LOCK)
            .setHeader("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))));
  }

  private static String padded(String key, int bytes) {
    String body = Body.of("key", key);
    return body + " ".repeat(bytes - body.length());
  }
}
