package dev.onceonly.http.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for 127.0.0.1 and its key, made for one test.
public record PemPair(Certificate certificate, PrivateKey key) {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /// Makes one.
  ///
  /// @param algorithm `EC`, `RSA` or `Ed25519`
  public static PemPair make(Path folder, String algorithm) throws Exception {
    Path file = Files.createTempDirectory(folder, "pair").resolve("pair.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=server",
                "-ext",
                "SAN=ip:127.0.0.1",
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
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return new PemPair(
        Objects.requireNonNull(store.getCertificate("server")),
        (PrivateKey) Objects.requireNonNull(store.getKey("server", PASSWORD)));
  }

  /// Writes both files, the key as PKCS#8.
  public TlsFiles write(TlsFiles files) throws IOException, GeneralSecurityException {
    Files.writeString(files.certificate(), pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(files.key(), pem("PRIVATE KEY", key.getEncoded()));
    return files;
  }

  /// The key without what PKCS#8 puts around it: PKCS#1 or SEC 1.
  public String bareKey() {
    byte[] der = key.getEncoded();
    // Everything else in front is short, so the first octet string that reaches the end is it.
    for (int i = 0; i < der.length; i++) {
      if (der[i] == 0x04) {
        int first = der[i + 1] & 0xff;
        int header = first < 0x80 ? 2 : 2 + first - 0x80;
        int length = first < 0x80 ? first : 0;
        for (int j = 0; j < first - 0x80; j++) {
          length = (length << 8) | (der[i + 2 + j] & 0xff);
        }
        if (i + header + length == der.length) {
          String name = key.getAlgorithm().equals("RSA") ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
          return pem(name, Arrays.copyOfRange(der, i + header, der.length));
        }
      }
    }
    throw new IllegalStateException("no key in PKCS#8");
  }

  /// What trusts this certificate only.
  public SSLContext trusting() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  static String pem(String name, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + name + "-----\n" + text + "\n-----END " + name + "-----\n";
  }
}
