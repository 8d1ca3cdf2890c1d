package dev.onceonly.http.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The PEM files of a server's TLS.
///
/// @param certificate the server's first, then those that vouch for it
/// @param key PKCS#8, PKCS#1 or SEC 1, not encrypted
public record TlsFiles(Path certificate, Path key) {
  private static final long BYTES_MAX = 1 << 20;
  private static final byte[] PROBE = "onceonly".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int LONG_LENGTH = 0x80;
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");

  /// What they hold: a key that belongs to the first certificate.
  record Pair(List<X509Certificate> chain, PrivateKey key) {
    Pair {
      chain = List.copyOf(chain);
    }
  }

  /// By what a change is noticed.
  record Stamp(FileTime certificate, long certificateBytes, FileTime key, long keyBytes) {}

  /// How they stand now.
  Stamp stamp() throws IOException {
    return new Stamp(
        Files.getLastModifiedTime(certificate),
        Files.size(certificate),
        Files.getLastModifiedTime(key),
        Files.size(key));
  }

  /// When the server's certificate holds.
  ///
  /// @param until the last instant
  public record Validity(Instant from, Instant until) {
    static Validity of(Pair pair) {
      X509Certificate first = pair.chain().getFirst();
      return new Validity(first.getNotBefore().toInstant(), first.getNotAfter().toInstant());
    }
  }

  /// Reads both as a start does, and keeps nothing.
  ///
  /// @throws TlsRefused where they can't be used
  public Validity check() {
    Pair pair = read();
    ServerTls.context(pair);
    return Validity.of(pair);
  }

  /// Reads both.
  ///
  /// @throws TlsRefused where they can't be used
  Pair read() {
    List<X509Certificate> chain = chain(text("tls_certificate", certificate));
    PublicKey known = chain.getFirst().getPublicKey();
    PrivateKey secret = key(text("tls_key", key), known);
    if (!belongs(secret, known)) {
      throw new TlsRefused(
          "tls_key",
          "the key in " + key + " does not belong to the first certificate in " + certificate);
    }
    return new Pair(chain, secret);
  }

  private static String text(String setting, Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
        // A pipe would keep whoever reads it.
        throw new TlsRefused(setting, file + " is no regular file");
      }
      if (Files.size(file) > BYTES_MAX) {
        throw new TlsRefused(setting, file + " is longer than 1 MiB");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new TlsRefused(setting, "there is no file " + file);
    } catch (IOException e) {
      throw new TlsRefused(setting, file + " can't be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private List<X509Certificate> chain(String pem) {
    try {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!chain.isEmpty()) {
        return chain;
      }
    } catch (CertificateException garbled) {
      // The same answer: what is wrong with it is in no exception's words.
    }
    throw new TlsRefused("tls_certificate", certificate + " holds no certificates in PEM form");
  }

  private PrivateKey key(String pem, PublicKey belonging) {
    Matcher found = PRIVATE_KEY.matcher(pem);
    if (!found.find()) {
      throw new TlsRefused("tls_key", key + " holds no private key in PEM form");
    }
    if (found.group(1).startsWith("ENCRYPTED")) {
      throw new TlsRefused("tls_key", "the key in " + key + " is encrypted; decrypt it first");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(found.group(2));
      boolean wrapped = found.group(1).equals("PRIVATE KEY");
      return KeyFactory.getInstance(belonging.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(wrapped ? der : pkcs8(der, belonging)));
    } catch (GeneralSecurityException | RuntimeException unusable) {
      throw new TlsRefused(
          "tls_key",
          "the key in "
              + key
              + " can't be read, or is of another kind ("
              + belonging.getAlgorithm()
              + " is needed) than the certificate in "
              + certificate);
    }
  }

  /// PKCS#1 and SEC 1 say of which kind a key is by the name of the PEM block only; the certificate
  /// says it in the form that PKCS#8 needs.
  private static byte[] pkcs8(byte[] inner, PublicKey belonging) {
    byte[] info = belonging.getEncoded();
    int at = headerBytes(info, 0);
    int length = headerBytes(info, at) + contentBytes(info, at);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(VERSION_0);
    content.write(info, at, length);
    content.writeBytes(element(OCTET_STRING, inner));
    return element(SEQUENCE, content.toByteArray());
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(LONG_LENGTH | 2);
    out.write(content.length >> Byte.SIZE);
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static int headerBytes(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return first < LONG_LENGTH ? 2 : 2 + first - LONG_LENGTH;
  }

  private static int contentBytes(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < LONG_LENGTH) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < first - LONG_LENGTH; i++) {
      length = (length << Byte.SIZE) | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static boolean belongs(PrivateKey secret, PublicKey known) {
    String algorithm =
        switch (known.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> known.getAlgorithm();
        };
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(secret);
      signing.update(PROBE);
      byte[] signature = signing.sign();
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(known);
      verifying.update(PROBE);
      return verifying.verify(signature);
    } catch (GeneralSecurityException | RuntimeException e) {
      return false;
    }
  }
}
