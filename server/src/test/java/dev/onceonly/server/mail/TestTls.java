package dev.onceonly.server.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for 127.0.0.1, made for one test, and a context that has its key and trusts it.
public final class TestTls {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private TestTls() {}

  /// @param address what the certificate is for
  static SSLContext context(Path folder, String address) {
    return context(folder, address, Duration.ZERO, 90);
  }

  private static SSLContext context(Path folder, String address, Duration ahead, int days) {
    Path file = folder.resolve("tls.p12");
    try {
      Files.deleteIfExists(file);
      make(file, address, ahead, days);
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        store.load(in, PASSWORD);
      }
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("server", store.getCertificate("server"));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The certificate of [#context], which has been made in that folder, in PEM.
  static Path pem(Path folder) throws IOException, GeneralSecurityException {
    return Files.writeString(
        folder.resolve("ca.pem"),
        pem("CERTIFICATE", stored(folder).getCertificate("server").getEncoded()));
  }

  /// As [#context(Path, String)], with the certificate and its key in PEM files too.
  public static SSLContext pem(Path folder, Path certificate, Path key) {
    return pem(folder, certificate, key, Duration.ZERO, 90);
  }

  /// As [#pem(Path, Path, Path)], valid for so many days.
  ///
  /// @param ahead how long from now it begins; less than nothing is before now
  public static SSLContext pem(Path folder, Path certificate, Path key, Duration ahead, int days) {
    SSLContext context = context(folder, "127.0.0.1", ahead, days);
    try {
      KeyStore store = stored(folder);
      Files.writeString(
          certificate, pem("CERTIFICATE", store.getCertificate("server").getEncoded()));
      Files.writeString(key, pem("PRIVATE KEY", store.getKey("server", PASSWORD).getEncoded()));
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate", e);
    }
  }

  private static KeyStore stored(Path folder) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("tls.p12"))) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static String pem(String name, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + name + "-----\n" + text + "\n-----END " + name + "-----\n";
  }

  private static void make(Path file, String address, Duration ahead, int days)
      throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=server",
                "-ext",
                "SAN=ip:" + address,
                "-startdate",
                (ahead.isNegative() ? "" : "+") + ahead.toSeconds() + "S",
                "-validity",
                Integer.toString(days),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed");
    }
  }
}
