package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.ToolDispatcher.Outcome.Executed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Failed;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pinned to an address, a call still holds the certificate against the host's name.
final class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final UrlRules RULES = new UrlRules(new AddressPolicy(true), false, List.of());

  @TempDir private static Path keys;
  @TempDir private Path folder;

  @BeforeAll
  static void makeCertificate() throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "tool",
                "-dname",
                "CN=tools.example.org",
                "-ext",
                "san=dns:tools.example.org",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                keys.resolve("tool.p12").toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
  }

  @Test
  void theCertificateOfTheNameIsTakenAndItsConnectionUsedAgain() throws Exception {
    try (RawTool tool = tool();
        Calls calls = new Calls(folder, RULES, trust())) {
      calls.name("tools.example.org", "127.0.0.1");
      for (int i = 0; i < 3; i++) {
        assertThat(calls.call("https://tools.example.org:" + tool.port() + "/", 0))
            .isEqualTo(new Executed(1, 200, "{}"));
      }
      assertThat(tool.connections()).isEqualTo(1);
    }
  }

  @Test
  void theCertificateOfAnotherNameIsRefusedBeforeAnythingIsSent() throws Exception {
    try (RawTool tool = tool();
        Calls calls = new Calls(folder, RULES, trust())) {
      calls.name("other.example.org", "127.0.0.1");

      assertThat(calls.call("https://other.example.org:" + tool.port() + "/", 0))
          .isEqualTo(new Failed(1, null, "TLS failed"));
      assertThat(tool.requests()).isEmpty();
    }
  }

  @Test
  void aCertificateThatNobodyKnowsIsRefused() throws Exception {
    try (RawTool tool = tool();
        Calls calls = new Calls(folder, RULES, null)) {
      calls.name("tools.example.org", "127.0.0.1");

      assertThat(calls.call("https://tools.example.org:" + tool.port() + "/", 0))
          .isEqualTo(new Failed(1, null, "TLS failed"));
      assertThat(tool.requests()).isEmpty();
    }
  }

  @Test
  void oneThatNeverFinishesItsHandshakeIsCutOffAndWasSentNothing() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        Calls calls = new Calls(folder, RULES, trust())) {
      calls.name("tools.example.org", "127.0.0.1");

      assertThat(calls.call("https://tools.example.org:" + silent.getLocalPort() + "/", 500, 0))
          .isEqualTo(new Failed(1, null, "connect timed out"));
    }
  }

  private static RawTool tool() throws GeneralSecurityException, IOException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store(), PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return RawTool.serving(
        RawTool.answersOf((_, socket) -> RawTool.send(socket, RawTool.ok("{}"))),
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")));
  }

  private static ToolClient.Trust trust() throws GeneralSecurityException, IOException {
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("tool", store().getCertificate("tool"));
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return new ToolClient.Trust(context, (X509TrustManager) managers.getTrustManagers()[0]);
  }

  private static KeyStore store() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys.resolve("tool.p12"))) {
      store.load(in, PASSWORD);
    }
    return store;
  }
}
