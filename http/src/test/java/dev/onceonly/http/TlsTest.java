package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.http.HttpSettings.Timeouts;
import dev.onceonly.http.memory.MemoryBudget;
import dev.onceonly.http.tls.PemPair;
import dev.onceonly.http.tls.ServerTls;
import dev.onceonly.http.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The server's own TLS over real sockets, its bounds included.
@Timeout(60)
class TlsTest {
  private static final int CONNECTIONS_MAX = 8;
  private static final byte[] LONG =
      "0123456789".repeat(20_000).getBytes(StandardCharsets.US_ASCII);

  @TempDir Path dir;
  private List<AutoCloseable> open = new ArrayList<>();
  private TlsFiles files = new TlsFiles(Path.of(""), Path.of(""));
  private PemPair pair;
  private ServerTls tls;
  private TestServer server;

  @SuppressWarnings("NullAway.Init") // All of it is made before each test.
  TlsTest() {}

  @BeforeEach
  void start() throws Exception {
    files = new TlsFiles(dir.resolve("certificate.pem"), dir.resolve("key.pem"));
    pair = PemPair.make(dir, "EC");
    tls = new ServerTls(pair.write(files));
    Duration second = Duration.ofSeconds(1);
    server =
        new TestServer(
            HttpSettings.on("127.0.0.1", 0)
                .withTls(tls)
                .withBudget(MemoryBudget.ofHeap(64 << 20).withConnectionsMax(CONNECTIONS_MAX))
                .withTimeouts(new Timeouts(second, second, second, Duration.ofMinutes(1), second)),
            Route.open("/short", _ -> Reply.ok("yes")),
            Route.get("/long", TestServer.EVERYBODY, _ -> Reply.jsonBytes(200, LONG)),
            Route.post(
                "/echo",
                TestServer.EVERYBODY,
                request -> Reply.jsonBytes(200, request.bodyBytes())));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bothVersionsCarryLongBodiesBothWays(String protocol) throws Exception {
    try (SSLSocket socket = connect(protocol)) {
      for (int i = 0; i < 3; i++) {
        socket
            .getOutputStream()
            .write(
                ("POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer key-admin\r\nContent-Length: "
                        + LONG.length
                        + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(LONG);
        String head = head(socket);
        assertThat(head).startsWith("HTTP/1.1 200 ");
        assertThat(socket.getInputStream().readNBytes(LONG.length)).isEqualTo(LONG);
        assertThat(socket.getApplicationProtocol()).isEmpty();
      }
    }
  }

  @Test
  void aClientThatCouldSpeakHttp2IsAnsweredInHttp11() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(pair.trusting()).build()) {
      var answer = client.send(request("/long"), BodyHandlers.ofByteArray());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(answer.body()).isEqualTo(LONG);
    }
  }

  @Test
  void theEndOfAConnectionIsSaid() throws Exception {
    try (SSLSocket socket = connect("TLSv1.3")) {
      ask(socket, "/short", "Connection: close\r\n");
      // Cut without the word for it, the end would be an exception.
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void whoHangsInTheHandshakeIsCutOffInTheTimeOfTheHeaders() throws Exception {
    try (Socket silent = plain();
        Socket begun = plain()) {
      begun.getOutputStream().write(new byte[] {22, 3, 1, 1, 0});
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(begun.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void whoHangsInTheHandshakeIsEndedForTheNextOnes() throws Exception {
    for (int i = 0; i < 3 * CONNECTIONS_MAX; i++) {
      open.add(plain());
    }
    try (SSLSocket socket = connect("TLSv1.3")) {
      ask(socket, "/short", "");
      assertThat(head(socket)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void whoSpeaksNoTlsIsToldSoAndOthersGoOn() throws Exception {
    try (Socket plain = plain()) {
      plain
          .getOutputStream()
          .write("GET /short HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] alert = plain.getInputStream().readAllBytes();
      assertThat(new String(alert, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP");
    }
    try (SSLSocket socket = connect("TLSv1.3")) {
      ask(socket, "/short", "");
      assertThat(head(socket)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aNewCertificateIsForNewConnectionsAndABadOneChangesNothing() throws Exception {
    PemPair next = PemPair.make(dir, "RSA");
    PemPair alien = PemPair.make(dir, "EC");
    try (SSLSocket before = connect("TLSv1.3")) {
      next.write(files);
      tls.look();
      ask(before, "/short", "");
      assertThat(head(before)).startsWith("HTTP/1.1 200 ");
      assertThatThrownBy(() -> connect("TLSv1.3").close())
          .isInstanceOf(SSLHandshakeException.class);
      pair = next;
      connect("TLSv1.2").close();

      alien.write(new TlsFiles(dir.resolve("elsewhere.pem"), files.key()));
      tls.look();
      connect("TLSv1.3").close();
    }
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path))
        .header("Authorization", "Bearer key-admin")
        .build();
  }

  private Socket plain() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  private SSLSocket connect(String protocol) throws Exception {
    SSLContext context = pair.trusting();
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port());
    socket.setEnabledProtocols(new String[] {protocol});
    socket.startHandshake();
    return socket;
  }

  private static void ask(SSLSocket socket, String path, String more) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
  }

  private static String head(SSLSocket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = socket.getInputStream().read();
      if (c < 0) {
        break;
      }
      head.append((char) c);
    }
    return head.toString();
  }
}
