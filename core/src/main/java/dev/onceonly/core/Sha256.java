package dev.onceonly.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 of a text's UTF-8 bytes. Thread-safe.
public final class Sha256 {
  private Sha256() {}

  /// 64 lower-case hexadecimal digits.
  public static String hex(String text) {
    return HexFormat.of().formatHex(digest(text));
  }

  /// 32 bytes.
  public static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
