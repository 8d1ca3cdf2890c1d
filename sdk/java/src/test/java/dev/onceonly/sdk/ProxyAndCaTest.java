package dev.onceonly.sdk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.transport.JdkTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The recipe for proxies and private certificate authorities, with a CONNECT proxy, an HTTPS
/// server and an authority that keytool makes.
@Timeout(120)
final class ProxyAndCaTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private static Path folder;
  private static HttpsServer server;
  private static Tunnel proxy;

  @BeforeAll
  static void start() throws Exception {
    keytool("-genkeypair", "-alias", "ca", "-dname", "CN=Private CA", "-ext", "bc:c");
    keytool("-exportcert", "-alias", "ca", "-rfc", "-file", folder.resolve("ca.pem").toString());
    keytool("-genkeypair", "-alias", "server", "-dname", "CN=localhost");
    String request = folder.resolve("server.csr").toString();
    String certificate = folder.resolve("server.pem").toString();
    keytool("-certreq", "-alias", "server", "-file", request);
    keytool(
        "-gencert",
        "-alias",
        "ca",
        "-infile",
        request,
        "-outfile",
        certificate,
        "-ext",
        "san=dns:localhost",
        "-rfc");
    keytool("-importcert", "-alias", "server", "-file", certificate);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(serverContext()));
    server.createContext(
        "/",
        exchange -> {
          byte[] json = "{\"status\":\"locked\"}".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, json.length);
          exchange.getResponseBody().write(json);
          exchange.close();
        });
    server.start();
    proxy = new Tunnel();
  }

  @AfterAll
  static void stop() throws IOException {
    server.stop(0);
    proxy.close();
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", folder.resolve("keys.p12").toString(), "-storepass", "changeit"));
    if (arguments[0].equals("-genkeypair")) {
      command.addAll(List.of("-keyalg", "EC", "-validity", "30"));
    }
    command.add("-noprompt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("keytool.log"))).isZero();
  }

  private static SSLContext serverContext() throws Exception {
    KeyStore keys = KeyStore.getInstance(folder.resolve("keys.p12").toFile(), PASSWORD);
    keys.deleteEntry("ca");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /// The recipe: a transport whose client goes through a proxy and trusts a private authority.
  private static OnceOnly behind(InetSocketAddress proxy, Path authority, String url)
      throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(authority)) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
      trusted.setCertificateEntry("private-ca", certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(ProxySelector.of(proxy))
            .sslContext(tls)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    return OnceOnly.builder()
        .apiKey(FakeServer.KEY)
        .baseUrl(url)
        .failOpen(false)
        .timeout(Duration.ofSeconds(30))
        .transport(new JdkTransport(http))
        .build();
  }

  private static String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  @Test
  void aClientGoesThroughTheProxyAndTrustsThePrivateAuthority() throws Exception {
    try (OnceOnly client = behind(proxy.address(), folder.resolve("ca.pem"), url())) {
      assertThat(client.checkLock("a").locked()).isTrue();
      assertThat(client.async().checkLock("b").join().locked()).isTrue();
    }
    assertThat(proxy.targets).contains("localhost:" + server.getAddress().getPort());
  }

  @Test
  void anErrorNamesTheProxy() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
    try (OnceOnly client = behind(nobody, folder.resolve("ca.pem"), url())) {
      assertThatThrownBy(() -> client.checkLock("a"))
          .isInstanceOf(NetworkException.class)
          .hasMessageStartingWith(
              "can't reach "
                  + url()
                  + " through the proxy "
                  + nobody.getHostString()
                  + ":"
                  + nobody.getPort()
                  + ": ");
    }
  }

  @Test
  void anAuthorityThatNobodyTrustsFailsOpenWithTheWordThatItStaysSo() {
    CapturedLog log = new CapturedLog();
    try (OnceOnly client =
        OnceOnly.builder()
            .apiKey(FakeServer.KEY)
            .baseUrl(url())
            .timeout(Duration.ofSeconds(30))
            .logger(log)
            .build()) {
      assertThat(client.checkLock("a").failedOpen()).isTrue();
      assertThat(log.take())
          .singleElement()
          .asString()
          .contains("it will not go away by itself", "request_error");
      assertThatThrownBy(() -> client.checkLock("a", o -> o.failOpen(false)))
          .isInstanceOf(NetworkException.class)
          .hasMessageContaining("SSLHandshakeException");
    }
  }

  /// A proxy that makes tunnels.
  private static final class Tunnel implements AutoCloseable {
    final List<String> targets = new CopyOnWriteArrayList<>();
    private final ServerSocket socket;

    Tunnel() throws IOException {
      socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      start(() -> {
        while (!socket.isClosed()) {
          Socket client = socket.accept();
          start(() -> serve(client));
        }
      });
    }

    InetSocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    private interface Work {
      void run() throws IOException;
    }

    private static void start(Work work) {
      Thread thread =
          new Thread(() -> {
            try {
              work.run();
            } catch (IOException e) {
              // Either end has closed.
            }
          });
      thread.setDaemon(true);
      thread.start();
    }

    private void serve(Socket client) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int c = client.getInputStream().read();
        if (c < 0) {
          return;
        }
        head.append((char) c);
      }
      String target = head.toString().split(" ", 3)[1];
      targets.add(target);
      int colon = target.lastIndexOf(':');
      Socket server =
          new Socket(
              InetAddress.getLoopbackAddress(), Integer.parseInt(target.substring(colon + 1)));
      client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(US_ASCII));
      start(() -> copy(server.getInputStream(), client.getOutputStream()));
      copy(client.getInputStream(), server.getOutputStream());
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        out.flush();
      }
      out.close();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
