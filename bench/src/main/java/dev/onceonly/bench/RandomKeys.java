package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.SplittableRandom;

/// Writes keys that nobody has used before: 100 characters with 6 random bits each, safe in a URL
/// and in JSON. Not thread-safe.
final class RandomKeys {
  /// Bytes in a key; the published keys are about this long.
  static final int LENGTH = 100;

  private static final int CHARACTERS_PER_LONG = 10;
  private static final byte[] ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(US_ASCII);

  private final SplittableRandom random;

  RandomKeys(SplittableRandom random) {
    this.random = random;
  }

  /// Overwrites the 100 bytes of `target` that begin at `offset`.
  void write(byte[] target, int offset) {
    fill(target, offset, LENGTH);
  }

  /// Overwrites `length` bytes of `target` with characters of the keys' alphabet.
  void fill(byte[] target, int offset, int length) {
    long bits = 0;
    for (int i = 0; i < length; i++) {
      if (i % CHARACTERS_PER_LONG == 0) {
        bits = random.nextLong();
      }
      target[offset + i] = ALPHABET[(int) (bits & 63)];
      bits >>>= 6;
    }
  }
}
