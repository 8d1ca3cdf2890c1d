package dev.onceonly.sdk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server of sockets, for what no HTTP server does: it answers or breaks each request as a test
/// says.
final class RawServer implements AutoCloseable {
  /// Answers one request, or does something else to its connection.
  interface Handler {
    /// Does it.
    ///
    /// @param number of the request, from 1, over all connections
    void handle(int number, Socket connection) throws IOException;
  }

  final List<String> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket socket;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final Handler handler;

  RawServer(Handler handler) {
    this.handler = handler;
    try {
      this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  static void answer(Socket connection, String json) throws IOException {
    answer(connection, "200 OK", "", json);
  }

  static void answer(Socket connection, String status, String headers, String json)
      throws IOException {
    String text =
        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s"
            .formatted(status, json.length(), headers, json);
    connection.getOutputStream().write(text.getBytes(ISO_8859_1));
    connection.getOutputStream().flush();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connections.add(connection);
        start(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      String request = read(connection.getInputStream());
      while (!request.isEmpty()) {
        int number;
        synchronized (requests) {
          requests.add(request);
          number = requests.size();
        }
        handler.handle(number, connection);
        request = connection.isClosed() ? "" : read(connection.getInputStream());
      }
    } catch (IOException e) {
      // The client, or the test, has closed it.
    }
  }

  // The head, and as much of a body as it announces.
  private static String read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        return "";
      }
      text.append((char) c);
    }
    for (String line : text.toString().split("\r\n", -1)) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        int length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
        text.append(new String(in.readNBytes(length), ISO_8859_1));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
