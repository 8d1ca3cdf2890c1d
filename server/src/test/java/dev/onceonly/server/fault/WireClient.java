package dev.onceonly.server.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onceonly.http.json.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection that is kept open, and opened again when the server has closed it after
/// an answer. Nothing is ever sent twice. Used by one thread.
///
/// Three ends are told apart: a `ConnectException` was not sent, [NoAnswer] was sent and not
/// answered at all, and any other `IOException` is an answer that broke off.
final class WireClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 60_000;

  private final int port;
  private int closings;
  private @Nullable Socket socket;
  private InputStream in = InputStream.nullInputStream();

  WireClient(int port) {
    this.port = port;
  }

  /// The connection ended, or was reset, before the first byte of an answer.
  static final class NoAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    /// Whether it was the connection's first request. A kernel completes connections that the
    /// server has not accepted yet, and resets them when it stops listening.
    final boolean onNewConnection;

    NoAnswer(boolean onNewConnection, Throwable cause) {
      super("sent, and not answered", cause);
      this.onNewConnection = onNewConnection;
    }
  }

  /// An answer as it came.
  ///
  /// @param headers by their names in lower case
  record Raw(int status, Map<String, String> headers, String body) {
    /// The same with its body read as JSON, which it has to be.
    Answer read() {
      return new Answer(
          status, headers, body.isEmpty() ? Json.object() : Json.read(body.getBytes(UTF_8)));
    }
  }

  Answer get(String apiKey, String path) throws IOException {
    return raw("GET", apiKey, path, null).read();
  }

  /// Asks with any method.
  ///
  /// @param body written as JSON; null for none
  Raw raw(String method, String apiKey, String path, @Nullable Object body) throws IOException {
    StringBuilder head = head(method, path, apiKey, Map.of());
    return body == null ? exchange(head, new byte[0]) : exchange(head, Json.write(body));
  }

  Answer post(String apiKey, String path, Object body) throws IOException {
    return post(apiKey, path, body, Map.of());
  }

  Answer post(String apiKey, String path, Object body, Map<String, String> headers)
      throws IOException {
    return exchange(head("POST", path, apiKey, headers), Json.write(body)).read();
  }

  /// How often the server has said that it closes the connection.
  int closings() {
    return closings;
  }

  private static StringBuilder head(
      String method, String path, String apiKey, Map<String, String> headers) {
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
    head.append("Authorization: Bearer ").append(apiKey).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head;
  }

  private Raw exchange(StringBuilder head, byte[] body) throws IOException {
    boolean isNew = socket == null;
    Socket connected = socket == null ? connect() : socket;
    if (body.length > 0) {
      head.append("Content-Type: application/json\r\n");
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    try {
      byte[] start = head.append("\r\n").toString().getBytes(ISO_8859_1);
      ByteArrayOutputStream request = new ByteArrayOutputStream(start.length + body.length);
      request.write(start);
      request.write(body);
      Raw answer = send(connected, isNew, request.toByteArray());
      if ("close".equals(answer.headers().get("connection"))) {
        closings++;
        close();
      }
      return answer;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Socket connect() throws IOException {
    Socket connected = new Socket(InetAddress.getLoopbackAddress(), port);
    connected.setTcpNoDelay(true);
    connected.setSoTimeout(TIMEOUT_MS);
    in = new BufferedInputStream(connected.getInputStream());
    socket = connected;
    return connected;
  }

  private Raw send(Socket connected, boolean isNew, byte[] request) throws IOException {
    String statusLine;
    try {
      connected.getOutputStream().write(request);
      in.mark(1);
      if (in.read() < 0) {
        throw new EOFException();
      }
      in.reset();
    } catch (IOException e) {
      throw new NoAnswer(isNew, e);
    }
    statusLine = line();
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body =
        "chunked".equals(headers.get("transfer-encoding"))
            ? chunks()
            : bytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Raw(Integer.parseInt(statusLine.substring(9, 12)), headers, new String(body, UTF_8));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      body.write(bytes(size));
      line();
    }
    // No trailers are sent.
    line();
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(Objects.requireNonNull(line().split(";", 2)[0]).strip(), 16);
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("an answer broke off");
    }
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("an answer broke off");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    Socket closing = socket;
    socket = null;
    try {
      if (closing != null) {
        closing.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a socket that can't be closed", e);
    }
  }
}
