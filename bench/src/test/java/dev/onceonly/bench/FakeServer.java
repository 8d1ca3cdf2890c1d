package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A server on plain sockets, a virtual thread for each connection, whose every answer a test can
/// spell out in bytes.
final class FakeServer implements Closeable {
  /// A request: the path with its query, and the body.
  record Request(String path, String body) {}

  /// Gives the bytes of an answer; null closes the connection instead.
  interface Handler {
    byte @Nullable [] answer(Request request) throws InterruptedException;
  }

  private final ServerSocket listener;
  private final Handler handler;
  private final AtomicLong handled = new AtomicLong();

  private FakeServer(ServerSocket listener, Handler handler) {
    this.listener = listener;
    this.handler = handler;
  }

  static FakeServer start(int port, Handler handler) throws IOException {
    FakeServer server =
        new FakeServer(new ServerSocket(port, 512, InetAddress.getLoopbackAddress()), handler);
    Thread.ofPlatform().daemon().start(server::accept);
    return server;
  }

  /// A server that answers rightly.
  static FakeServer right() throws IOException {
    FakeOnceOnly product = new FakeOnceOnly();
    return start(0, request -> ok(product.answer(request)));
  }

  static byte[] ok(String json) {
    return raw("HTTP/1.1 200 OK\r\nContent-Length: " + json.length() + "\r\n\r\n" + json);
  }

  static byte[] raw(String text) {
    return text.getBytes(UTF_8);
  }

  int port() {
    return listener.getLocalPort();
  }

  /// The server, and this test's own process as the one that pays.
  Subject subject() {
    return new Subject(new Endpoint("127.0.0.1", port(), "once_live_x"), ProcessStats.self());
  }

  long handled() {
    return handled.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        // Closed by the test's end: the loop ends too.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      String line = line(in);
      while (!line.isEmpty()) {
        byte[] answer = handler.answer(rest(line, in));
        handled.incrementAndGet();
        if (answer == null) {
          return;
        }
        out.write(answer);
        if (new String(answer, UTF_8).contains("Connection: close")) {
          return;
        }
        line = line(in);
      }
    } catch (IOException | InterruptedException e) {
      // The driver has gone.
    }
  }

  private static Request rest(String requestLine, InputStream in) throws IOException {
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring(16));
      }
    }
    int start = requestLine.indexOf(' ') + 1;
    String path = requestLine.substring(start, requestLine.indexOf(' ', start));
    return new Request(path, new String(in.readNBytes(length), UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(128);
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  /// Runs as a process of its own, started like the real server.
  public static void main(String[] args) throws IOException, InterruptedException {
    FakeOnceOnly product = new FakeOnceOnly();
    int port = Integer.parseInt(System.getenv().getOrDefault("ONCEONLY_PORT", "0"));
    FakeServer server = start(port, request -> ok(product.answer(request)));
    System.out.println("OnceOnly is ready on http://127.0.0.1:" + server.port());
    Thread.sleep(Long.MAX_VALUE);
  }
}
