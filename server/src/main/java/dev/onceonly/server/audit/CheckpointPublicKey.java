package dev.onceonly.server.audit;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// The half that may be known to everybody.
public record CheckpointPublicKey(PublicKey key) {
  static final String ALGORITHM = "Ed25519";
  private static final String LABEL = "PUBLIC KEY";

  /// Reads a PEM text, or the base64 of the key alone, as a checkpoint shows it.
  ///
  /// @throws IllegalArgumentException for what is no Ed25519 public key
  public static CheckpointPublicKey parse(String text) {
    byte[] encoded =
        text.contains("-----BEGIN")
            ? Pem.decode(LABEL, text)
            : Base64.getDecoder().decode(text.strip());
    try {
      return new CheckpointPublicKey(
          KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 public key", e);
    }
  }

  /// One line: the base64 of its X.509 form.
  public String toText() {
    return Base64.getEncoder().encodeToString(key.getEncoded());
  }

  /// As other programs take it, such as `openssl pkeyutl -verify -pubin`.
  public String toPem() {
    return Pem.encode(LABEL, key.getEncoded());
  }

  /// A number by which it is known again; never 0.
  public long fingerprint() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      long number = ByteBuffer.wrap(hash).getLong();
      return number == 0 ? 1 : number;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  boolean hasSigned(byte[] text, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException notASignature) {
      return false;
    }
  }
}
