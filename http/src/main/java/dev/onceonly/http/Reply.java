package dev.onceonly.http;

import dev.onceonly.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An answer: status, headers and body. Immutable; the body's bytes are not copied, so they may be
/// shared by many answers and must not change.
public final class Reply {
  /// A header of an answer.
  public record Line(String name, String value) {}

  public static final String JSON = "application/json";
  public static final String HTML = "text/html; charset=utf-8";

  private final int status;
  private final String contentType;
  private final List<Line> headers;
  private final byte[] body;

  private Reply(int status, String contentType, List<Line> headers, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.headers = headers;
    this.body = body;
  }

  /// 200 with a record (its components in snake_case), a tree, a list or a map as JSON.
  public static Reply ok(Object value) {
    return json(200, value);
  }

  public static Reply json(int status, Object value) {
    return new Reply(status, JSON, List.of(), Json.write(value));
  }

  /// Bytes that are JSON already.
  public static Reply jsonBytes(int status, byte[] json) {
    return new Reply(status, JSON, List.of(), json);
  }

  public static Reply html(int status, String page) {
    return bytes(status, HTML, page.getBytes(StandardCharsets.UTF_8));
  }

  public static Reply bytes(int status, String contentType, byte[] body) {
    return new Reply(status, contentType, List.of(), body);
  }

  /// Adds a header. Its value is visible ASCII.
  public Reply with(String name, String value) {
    List<Line> more = new ArrayList<>(headers.size() + 1);
    more.addAll(headers);
    more.add(new Line(name, value));
    return new Reply(status, contentType, more, body);
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

  public byte[] body() {
    return body;
  }
}
