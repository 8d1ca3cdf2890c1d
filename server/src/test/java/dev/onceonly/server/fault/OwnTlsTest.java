package dev.onceonly.server.fault;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.mail.TestTls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// TLS of the server's own, as an operator sets it up.
@Timeout(120)
class OwnTlsTest {
  @TempDir Path dir;
  private Path certificate = Path.of("");
  private Path key = Path.of("");

  @BeforeEach
  void files() {
    certificate = dir.resolve("certificate.pem");
    key = dir.resolve("key.pem");
  }

  @Test
  void aBrowserGetsACookieThatIsGoodForThisHostAndTlsOnly() throws Exception {
    SSLContext trusting = TestTls.pem(dir, certificate, key);
    try (ServerProcess server = ServerProcess.serve(dir.resolve("data"), settings());
        HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
      String address = "https://127.0.0.1:" + server.port();
      assertThat(server.said()).contains("OnceOnly is ready on " + address);
      assertThat(server.awaitLine("\"event\":\"ready\"")).contains("\"not_after\":\"20");
      HttpResponse<String> metrics =
          client.send(
              HttpRequest.newBuilder(URI.create(address + "/metrics")).build(),
              BodyHandlers.ofString());
      assertThat(metrics.body())
          .containsPattern("(?m)^onceonly_tls_certificate_expiry_timestamp_seconds [1-9]");
      HttpResponse<String> signedIn =
          client.send(
              HttpRequest.newBuilder(URI.create(address + "/ui/sign-in"))
                  .header("Origin", address)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(BodyPublishers.ofString("api_key=" + ServerProcess.API_KEY))
                  .build(),
              BodyHandlers.ofString());
      assertThat(signedIn.statusCode()).isEqualTo(303);
      assertThat(signedIn.headers().firstValue("Set-Cookie").orElseThrow())
          .startsWith("__Host-onceonly_session=")
          .contains("; Secure");
    }
  }

  @Test
  void aHangupTakesTheNewCertificate() throws Exception {
    SSLContext before = TestTls.pem(dir, certificate, key);
    try (ServerProcess server = ServerProcess.serve(dir.resolve("data"), settings())) {
      assertThat(status(before, server)).isEqualTo(200);
      Path other = Files.createDirectory(dir.resolve("other"));
      SSLContext after =
          TestTls.pem(other, other.resolve("certificate.pem"), other.resolve("key.pem"));
      Files.copy(other.resolve("key.pem"), key, REPLACE_EXISTING);
      server.awaitLine("\"event\":\"tls_reload_failed\"");
      assertThat(status(before, server)).isEqualTo(200);
      Files.copy(other.resolve("certificate.pem"), certificate, REPLACE_EXISTING);
      server.signal("HUP");
      server.awaitLine("\"event\":\"tls_reloaded\"");
      assertThat(status(after, server)).isEqualTo(200);
    }
  }

  @Test
  void aKeyThatDoesNotBelongIsRefusedAtTheStart() throws Exception {
    TestTls.pem(dir, certificate, key);
    Path other = Files.createDirectory(dir.resolve("other"));
    TestTls.pem(other, other.resolve("certificate.pem"), key);

    ServerProcess.Ended ended = ServerProcess.run(dir.resolve("data"), settings(), "serve");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err().lines().filter(line -> line.startsWith("onceonly: ")))
        .containsExactly(
            "onceonly: setting tls_key can't be used: the key in "
                + key
                + " does not belong to the first certificate in "
                + certificate
                + ", was '"
                + key
                + "' (environment variable ONCEONLY_TLS_KEY)");
    assertThat(dir.resolve("data")).doesNotExist();
  }

  private Map<String, String> settings() {
    return Map.of(
        "ONCEONLY_TLS_CERTIFICATE", certificate.toString(), "ONCEONLY_TLS_KEY", key.toString());
  }

  private static int status(SSLContext trusting, ServerProcess server)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
      URI uri = URI.create("https://127.0.0.1:" + server.port() + "/readyz");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).statusCode();
    }
  }
}
