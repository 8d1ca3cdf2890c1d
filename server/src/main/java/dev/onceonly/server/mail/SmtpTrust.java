package dev.onceonly.server.mail;

import dev.onceonly.server.config.RegularFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Whom the mail server's certificate has to come from, where it is not the platform's authorities.
public final class SmtpTrust {
  private SmtpTrust() {}

  /// Believes the certificates in a file and what they have signed, and nobody else.
  ///
  /// @param file PEM, one certificate or more; null is the platform's authorities
  /// @throws IOException where it can't be read or holds no certificate
  public static @Nullable SSLSocketFactory of(@Nullable Path file) throws IOException {
    if (file == null) {
      return null;
    }
    RegularFiles.require(file);
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (Certificate certificate : certificates(in)) {
        trusted.setCertificateEntry("ca-" + trusted.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("its certificates can't be used", e);
    }
  }

  private static Collection<? extends Certificate> certificates(InputStream in)
      throws IOException, GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    try {
      Collection<? extends Certificate> found = factory.generateCertificates(in);
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException e) {
      throw new IOException("it holds something else than certificates in PEM", e);
    }
    throw new IOException("it holds no certificate in PEM");
  }
}
