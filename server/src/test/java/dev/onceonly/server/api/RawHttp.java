package dev.onceonly.server.api;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Sends what no well-behaved client would, byte by byte as given, on a connection of its own.
record RawHttp(int port) {
  private static final int READ_TIMEOUT_MS = 30_000;

  /// Posts JSON as the administrator, with more header lines.
  Answer post(String path, String body, String... lines) {
    List<String> all = new ArrayList<>(List.of("Content-Type: application/json"));
    all.addAll(List.of(lines));
    return post(path, body.getBytes(StandardCharsets.UTF_8), all);
  }

  /// Posts bytes as the administrator, with these header lines and no others that say what they
  /// are.
  Answer post(String path, byte[] body, List<String> lines) {
    List<String> all = new ArrayList<>(List.of("Authorization: Bearer " + LiveServer.ADMIN_KEY));
    all.addAll(lines);
    return send("POST " + path, all, body);
  }

  /// Gets a target, which is sent as it is, as the administrator.
  Answer get(String target) {
    return send(
        "GET " + target, List.of("Authorization: Bearer " + LiveServer.ADMIN_KEY), new byte[0]);
  }

  /// Sends a request.
  ///
  /// @param methodAndTarget the request line without the version
  Answer send(String methodAndTarget, List<String> lines, byte[] body) {
    StringBuilder head = new StringBuilder(methodAndTarget).append(" HTTP/1.1\r\n");
    head.append("Host: localhost\r\nConnection: close\r\n");
    lines.forEach(line -> head.append(line).append("\r\n"));
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(READ_TIMEOUT_MS);
      write(socket, head.toString().getBytes(StandardCharsets.UTF_8), body);
      return read(
          new BufferedInputStream(socket.getInputStream()), methodAndTarget.startsWith("HEAD "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A server that refuses a body early may stop reading before all of it is written.
  private static void write(Socket socket, byte[] head, byte[] body) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(head);
    try {
      out.write(body);
      out.flush();
    } catch (SocketException refusedEarly) {
      if (socket.getInputStream().available() == 0) {
        throw refusedEarly;
      }
    }
  }

  private static Answer read(InputStream in, boolean headersOnly) throws IOException {
    String[] status = line(in).split(" ", 3);
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String[] parts = line.split(":", 2);
      headers
          .computeIfAbsent(parts[0].toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(parts[1].strip());
    }
    HttpHeaders all = HttpHeaders.of(headers, (_, _) -> true);
    int length = headersOnly ? 0 : (int) all.firstValueAsLong("content-length").orElse(0);
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Answer(Integer.parseInt(status[1]), all, body);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the answer ended after '" + line + "'");
      }
      line.write(octet);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }
}
