package dev.onceonly.http;

import dev.onceonly.http.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer: status, headers and body, which is either bytes or written piece by piece while it is
/// sent. Immutable; the body's bytes are not copied, so they may be shared by many answers and must
/// not change.
public final class Reply {
  /// Writes a body while it is sent, so that it need never be whole in memory. Called once, on the
  /// connection's thread, which it may block: by what it reads, and by a peer that takes its time.
  /// It must end where that throws. What it throws becomes the answer where less than 16 KiB were
  /// written, and else ends the connection, because the status is on its way by then: so the first
  /// read belongs before the reply is made.
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /// A header of an answer.
  public record Line(String name, String value) {}

  public static final String JSON = "application/json";
  public static final String HTML = "text/html; charset=utf-8";

  private static final byte[] NOTHING = {};

  private final int status;
  private final String contentType;
  private final List<Line> headers;
  private final byte[] bytes;
  private final @Nullable Body streamed;

  private Reply(
      int status, String contentType, List<Line> headers, byte[] bytes, @Nullable Body streamed) {
    this.status = status;
    this.contentType = contentType;
    this.headers = headers;
    this.bytes = bytes;
    this.streamed = streamed;
  }

  private Reply(int status, String contentType, byte[] bytes) {
    this(status, contentType, List.of(), bytes, null);
  }

  /// 200 with a record (its components in snake_case), a tree, a list or a map as JSON.
  public static Reply ok(Object value) {
    return json(200, value);
  }

  public static Reply json(int status, Object value) {
    return new Reply(status, JSON, Json.write(value));
  }

  /// Bytes that are JSON already.
  public static Reply jsonBytes(int status, byte[] json) {
    return new Reply(status, JSON, json);
  }

  public static Reply html(int status, String page) {
    return bytes(status, HTML, page.getBytes(StandardCharsets.UTF_8));
  }

  public static Reply bytes(int status, String contentType, byte[] body) {
    return new Reply(status, contentType, body);
  }

  /// As [#bytes(int, String, byte[])] with bytes that stay in memory anyway, whoever is answered.
  public static Reply shared(int status, String contentType, byte[] body) {
    return new Reply(status, contentType, List.of(), NOTHING, new Shared(body));
  }

  /// An answer that is written while it is sent.
  public static Reply streamed(int status, String contentType, Body body) {
    return new Reply(status, contentType, List.of(), NOTHING, body);
  }

  /// 200 with a JSON list of records or trees, written while it is sent: each is taken when its
  /// turn has come, and forgotten then. The first is looked for at once, so that a failed read is
  /// still an answer of its own.
  public static Reply list(Iterator<?> items) {
    return list("[", items, "]");
  }

  /// As [#list(Iterator)], within more JSON.
  ///
  /// @param before ends with the list's opening bracket
  /// @param after begins with its closing one
  public static Reply list(String before, Iterator<?> items, String after) {
    boolean any = items.hasNext();
    return streamed(
        200,
        JSON,
        out -> {
          out.write(before.getBytes(StandardCharsets.UTF_8));
          if (any) {
            out.write(Json.write(items.next()));
            while (items.hasNext()) {
              out.write(',');
              out.write(Json.write(items.next()));
            }
          }
          out.write(after.getBytes(StandardCharsets.UTF_8));
        });
  }

  /// Adds a header. Its value is visible ASCII.
  public Reply with(String name, String value) {
    List<Line> more = new ArrayList<>(headers.size() + 1);
    more.addAll(headers);
    more.add(new Line(name, value));
    return new Reply(status, contentType, more, bytes, streamed);
  }

  public int status() {
    return status;
  }

  public String contentType() {
    return contentType;
  }

  public List<Line> headers() {
    return headers;
  }

  /// Bytes that are written in pieces.
  static final class Shared implements Body {
    private final byte[] bytes;

    Shared(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      // Written at once, it would be copied as a whole on its way.
      for (int from = 0; from < bytes.length; from += HttpSettings.PIECE_BYTES) {
        out.write(bytes, from, Math.min(HttpSettings.PIECE_BYTES, bytes.length - from));
      }
    }
  }

  /// Bytes that only this answer has in memory.
  int heldBytes() {
    return bytes.length;
  }

  /// Bytes of the body; -1 where nobody knows before it is written.
  long length() {
    return streamed == null ? bytes.length : streamed instanceof Shared all ? all.bytes.length : -1;
  }

  /// The body's bytes.
  ///
  /// @throws IllegalStateException where it is written while it is sent
  public byte[] body() {
    if (streamed instanceof Shared all) {
      return all.bytes;
    }
    if (streamed != null) {
      throw new IllegalStateException("this answer's body is never whole");
    }
    return bytes;
  }

  /// What writes the body; null where it is bytes.
  @Nullable Body streamed() {
    return streamed;
  }
}
