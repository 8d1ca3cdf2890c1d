package dev.onceonly.store.sqlite;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// 64 bits of SHA-256 over namespace and key, by which rows are found. Nobody can choose keys whose
/// hashes collide in numbers that matter; two that do are told apart by the key itself.
final class KeyHash {
  private KeyHash() {}

  static long of(long namespaceId, String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
      ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES + bytes.length);
      buffer.putLong(namespaceId).put(bytes).flip();
      digest.update(buffer);
      return ByteBuffer.wrap(digest.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
