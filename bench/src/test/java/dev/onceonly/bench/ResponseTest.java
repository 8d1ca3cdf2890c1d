package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ResponseTest {
  private final Response response = new Response();

  @Test
  void answerIsWholeWithItsLastByteAndNotBefore() throws ProtocolException {
    String text = "HTTP/1.1 201 Created\r\ncontent-LENGTH: 5\r\nX-A: b\r\n\r\nhello";
    for (int i = 0; i < text.length() - 1; i++) {
      assertThat(takes(text.substring(i, i + 1))).isFalse();
    }
    assertThat(takes("o")).isTrue();
    assertThat(response.status()).isEqualTo(201);
    assertThat(response.isClosing()).isFalse();
    assertThat(body()).isEqualTo("hello");
  }

  @Test
  void chunksAreJoinedHoweverTheyArrive() throws ProtocolException {
    String text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, chunked.\r\n0\r\n\r\n";
    for (int i = 0; i < text.length() - 1; i++) {
      assertThat(takes(text.substring(i, i + 1))).isFalse();
    }
    assertThat(takes("\n")).isTrue();
    assertThat(body()).isEqualTo("hello, chunked.");
  }

  @Test
  void objectServesOneAnswerAfterAnother() throws ProtocolException {
    assertThat(
            takes(
                "HTTP/1.1 200 OK\r\nConnection: Close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
        .isTrue();
    assertThat(response.isClosing()).isTrue();
    response.clear();
    assertThat(takes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")).isTrue();
    assertThat(response.isClosing()).isFalse();
    assertThat(response.status()).isEqualTo(404);
  }

  @Test
  void answerLargerThanTheFirstBufferIsRead() throws ProtocolException {
    String large = "x".repeat(300_000);
    assertThat(takes("HTTP/1.1 200 OK\r\nContent-Length: 300001\r\n\r\n" + large)).isFalse();
    assertThat(takes("y")).isTrue();
    assertThat(body()).isEqualTo(large + "y");
  }

  @Test
  void wordIsFoundOnlyInTheBody() throws ProtocolException {
    takes("HTTP/1.1 200 OK\r\nX-Word: needle\r\nContent-Length: 8\r\n\r\nxneedley");
    assertThat(response.bodyHas("needle".getBytes(US_ASCII))).isTrue();
    assertThat(response.bodyHas("Word".getBytes(US_ASCII))).isFalse();
    assertThat(response.bodyHas("needleyz".getBytes(US_ASCII))).isFalse();
  }

  @Test
  void whatCannotBeFramedFailsLoudly() {
    assertFails("HTTP/1.1 200 OK\r\n\r\nuntil the end", "neither Content-Length nor chunks");
    assertFails("HTTP/1.0 200 OK\r\n\r\n", "not HTTP/1.1");
    assertFails("HTTP/1.1 100 Continue\r\n\r\n", "interim");
    assertFails("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "bad number");
    assertFails("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy", "1 bytes after the answer");
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertFails(chunked + "g\r\n", "bad chunk size");
    assertFails(chunked + "1\r\nxyz\r\n", "longer than it says");
    assertFails(chunked + "0\r\n\r\nx", "1 bytes after a chunked answer");
  }

  private static void assertFails(String text, String reason) {
    Response fresh = new Response();
    assertThatThrownBy(() -> takes(fresh, text))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(reason);
  }

  private boolean takes(String text) throws ProtocolException {
    return takes(response, text);
  }

  private static boolean takes(Response response, String text) throws ProtocolException {
    for (byte b : text.getBytes(US_ASCII)) {
      ByteBuffer space = response.space();
      space.put(b);
    }
    return response.isWhole();
  }

  private String body() {
    int length = response.bodyEnd() - response.bodyStart();
    return new String(response.bytes(), response.bodyStart(), length, US_ASCII);
  }
}
