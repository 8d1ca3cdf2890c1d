package dev.onceonly.dispatch;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A tool on a raw socket of the loopback, which does what a test says and remembers every request.
final class RawTool implements AutoCloseable {
  private final ServerSocket server;
  private final Connections connections;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Received> requests = new CopyOnWriteArrayList<>();

  /// One request as it came.
  ///
  /// @param headers by lower-case name; of a repeated one the values joined by a line feed
  record Received(String line, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  /// What to do with a connection.
  @FunctionalInterface
  interface Connections {
    void serve(RawTool tool, Socket socket) throws IOException;
  }

  /// What to do with the request of this number, from 1.
  @FunctionalInterface
  interface Answers {
    void answer(int number, Socket socket) throws IOException;
  }

  private RawTool(ServerSocket server, Connections connections) {
    this.server = server;
    this.connections = connections;
  }

  static RawTool serving(Connections connections) {
    return serving(connections, "127.0.0.1");
  }

  static RawTool serving(Connections connections, String address) {
    try {
      ServerSocket server = new ServerSocket(0, 256, InetAddress.ofLiteral(address));
      return serving(connections, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RawTool serving(Connections connections, ServerSocket server) {
    RawTool tool = new RawTool(server, connections);
    Thread.ofVirtual().start(tool::accept);
    return tool;
  }

  /// Reads whole requests and answers each; a connection goes on until one side ends it.
  static RawTool answering(Answers answers) {
    return serving(answersOf(answers));
  }

  static Connections answersOf(Answers answers) {
    return (tool, socket) -> {
      for (Received request = tool.read(socket); request != null; request = tool.read(socket)) {
        answers.answer(tool.requests.size(), socket);
        if (socket.isClosed()) {
          return;
        }
      }
    };
  }

  /// Answers each request alike.
  static RawTool answeringAlways(String answer) {
    return answering((_, socket) -> send(socket, answer));
  }

  static String answer(int status, String body) {
    return "HTTP/1.1 "
        + status
        + " X\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  static String ok(String body) {
    return answer(200, body);
  }

  static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      sockets.forEach(RawTool::closeQuietly);
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      connections.serve(this, socket);
    } catch (IOException theCallerWent) {
      closeQuietly(socket);
    }
  }

  /// Reads one whole request; null where the caller has closed.
  @Nullable Received read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int octet = in.read();
      if (octet < 0) {
        return null;
      }
      head.write(octet);
    }
    String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1);
    Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.merge(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip(),
            (first, second) -> first + "\n" + second);
      }
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    Received request =
        new Received(lines[0], headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    requests.add(request);
    return request;
  }

  List<Received> requests() {
    return List.copyOf(requests);
  }

  /// Connections so far.
  int connections() {
    return sockets.size();
  }

  int port() {
    return server.getLocalPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/tool";
  }

  static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closeQuietly(server);
    sockets.forEach(RawTool::closeQuietly);
  }
}
