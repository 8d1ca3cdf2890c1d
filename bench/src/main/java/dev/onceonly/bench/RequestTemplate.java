package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/// The bytes of one request, written once; from call to call only its slots are overwritten, so
/// that sending allocates nothing. A slot is a run of [#SLOT] characters as long as what will be
/// put there. Not thread-safe.
final class RequestTemplate {
  /// Stands in a template for a byte that is filled in later; occurs in no path and no JSON of
  /// ours.
  static final String SLOT = "\u0001";

  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final int[] slots;

  private RequestTemplate(String text) {
    bytes = text.getBytes(US_ASCII);
    buffer = ByteBuffer.wrap(bytes);
    byte slot = (byte) SLOT.charAt(0);
    slots =
        IntStream.range(0, bytes.length)
            .filter(i -> bytes[i] == slot && bytes[i - 1] != slot)
            .toArray();
  }

  static RequestTemplate post(Endpoint endpoint, String path, String json) {
    return new RequestTemplate(
        head(endpoint, "POST", path)
            + "Content-Type: application/json\r\nContent-Length: "
            + json.length()
            + "\r\n\r\n"
            + json);
  }

  static RequestTemplate get(Endpoint endpoint, String path) {
    return new RequestTemplate(head(endpoint, "GET", path) + "\r\n");
  }

  private static String head(Endpoint endpoint, String method, String path) {
    return "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
        .formatted(method, path, endpoint, endpoint.apiKey());
  }

  /// The place for a key, as long as a key is.
  static String keySlot() {
    return SLOT.repeat(RandomKeys.LENGTH);
  }

  byte[] bytes() {
    return bytes;
  }

  /// The offset of the slot with this number, in the order of the text, from 0.
  int slot(int number) {
    return slots[number];
  }

  /// Copies a value into a slot of the same length.
  void fill(int number, byte[] value) {
    System.arraycopy(value, 0, bytes, slots[number], value.length);
  }

  /// The whole request, ready to be written; valid until the next call.
  ByteBuffer ready() {
    return buffer.clear();
  }
}
