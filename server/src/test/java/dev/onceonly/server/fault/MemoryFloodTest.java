package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Whoever can connect asks for more memory than there is: the process lives, its resident size
/// stays bounded, and a client with a key is served on its one connection all the while. The
/// options of the virtual machine are those that are shipped. Each flood is larger than what ended
/// the process before there was a budget.
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MemoryFloodTest {
  private static final long RESIDENT_BYTES_MAX = 400_000_000L;
  private static final int CALLS_MEANWHILE = 20;
  private static final String KEYED = "Authorization: Bearer " + ServerProcess.API_KEY + "\r\n";
  private static final int TOO_MANY = 429;

  @SuppressWarnings("NullAway.Init")
  private static ServerProcess server;

  @SuppressWarnings("NullAway.Init")
  private Socket client;

  private int calls;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    server = ServerProcess.serve(folder.resolve("data"), Map.of());
    client = new Socket(InetAddress.getLoopbackAddress(), server.port());
    client.setSoTimeout(30_000);
    served();
  }

  @AfterAll
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private static byte[] post(String path, String headers, String body, int announced) {
    String text =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + headers
            + "Content-Length: "
            + announced
            + "\r\n\r\n"
            + body;
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] post(String path, String body) {
    return post(path, KEYED, body, body.length());
  }

  /// A call that is answered as if nobody else were there.
  private void served() throws IOException {
    calls++;
    client.getOutputStream().write(post("/v1/check-lock", "{\"key\":\"quiet-" + calls + "\"}"));
    assertThat(answer(client)).isEqualTo(200);
  }

  private static int answer(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    for (String line : head.toString().toLowerCase(Locale.ROOT).split("\r\n", -1)) {
      if (line.startsWith("content-length:")) {
        in.skipNBytes(Integer.parseInt(line.substring("content-length:".length()).strip()));
      }
    }
    return Integer.parseInt(head.toString().split(" ", 3)[1]);
  }

  private Map<Integer, Integer> flood(String kind, int connections, byte[] bytes)
      throws IOException {
    try (Flooder flooder = new Flooder(server.port()).send(connections, bytes)) {
      for (int i = 0; i < CALLS_MEANWHILE; i++) {
        served();
      }
      assertThat(server.isAlive()).isTrue();
      long resident = server.residentBytes();
      System.out.println("flood of " + kind + ": resident " + resident / 1_000_000 + " MB");
      assertThat(resident).isLessThan(RESIDENT_BYTES_MAX);
      return flooder.answers();
    }
  }

  @Test
  @Order(1)
  void beginningsOfHeaders() throws IOException {
    Map<Integer, Integer> answers =
        flood("33 bytes", 7_000, bytes("GET / HTTP/1.1\r\nHost: abcdefghij"));
    assertThat(answers.keySet()).isSubsetOf(-1, 0, TOO_MANY);
  }

  @Test
  @Order(2)
  void longHeadersThatDoNotEnd() throws IOException {
    String begun = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ";
    flood("30 KB of headers", 3_500, bytes(begun + "x".repeat(30_000)));
  }

  @Test
  @Order(3)
  void manyShortHeaderLines() throws IOException {
    String begun = "GET / HTTP/1.1\r\nHost: localhost\r\n";
    Map<Integer, Integer> answers = flood("lines", 1_000, bytes(begun + "a:b\r\n".repeat(6_000)));
    assertThat(answers.keySet()).isSubsetOf(-1, 0, TOO_MANY, 431);
  }

  @Test
  @Order(4)
  void bodiesThatAreOnlyAnnounced() throws IOException {
    byte[] announced = post("/v1/check-lock/batch", KEYED, "{\"items\":[", 4 << 20);
    flood("announced bodies", 60, announced);
  }

  @Test
  @Order(5)
  void bodiesWithoutAKey() throws IOException {
    String body = "{\"key\":\"" + "x".repeat(255_000);
    Map<Integer, Integer> answers =
        flood("bodies without a key", 700, post("/v1/check-lock", "", body, 260_000));
    assertThat(answers.keySet()).isSubsetOf(-1, 0, 401, TOO_MANY);
  }

  @Test
  @Order(6)
  void aBatchOfNothings() throws IOException {
    String items = "{}" + ",{}".repeat((4 << 20) / 3 - 20);
    flood("{} in a batch", 2, post("/v1/check-lock/batch", "{\"items\":[" + items + "]}"));
  }

  @Test
  @Order(7)
  void legalBodiesThatDoNotEnd() throws IOException {
    String body = "{\"key\":\"a\",\"lease_id\":\"l\",\"result\":{\"a\":\"" + "x".repeat(240_000);
    Map<Integer, Integer> answers =
        flood("results of 240 KB", 250, post("/v1/ai/complete", KEYED, body, 250_000));
    assertThat(answers).containsKey(TOO_MANY);
    assertThat(answers.keySet()).isSubsetOf(0, TOO_MANY);
  }

  @Test
  @Order(8)
  void longTimelinesThatNobodyReads() throws IOException {
    String data =
        "{\"run_id\":\"long\",\"type\":\"t\",\"data\":{\"a\":\"" + "x".repeat(16_000) + "\"}}";
    byte[] event = post("/v1/events", data);
    for (int i = 0; i < 2_000; i++) {
      client.getOutputStream().write(event);
      assertThat(answer(client)).isEqualTo(200);
    }
    String get = "GET /v1/runs/long?limit=2000 HTTP/1.1\r\nHost: localhost\r\n" + KEYED;
    flood("timelines", 8, bytes(get + "\r\n"));
    flood("timelines as pages", 8, bytes(get + "Accept: text/html\r\n\r\n"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
