package dev.onceonly.server.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Many connections that each send a few bytes and then wait.
final class Flooder implements AutoCloseable {
  private static final int ANSWER_BYTES = 4_096;

  private final int port;
  private final List<Socket> sockets = new ArrayList<>();

  Flooder(int port) {
    this.port = port;
  }

  /// Opens connections, and sends the same on each.
  Flooder send(int connections, byte[] bytes) {
    for (int i = 0; i < connections; i++) {
      try {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.setSoTimeout(1);
        socket.getOutputStream().write(bytes);
      } catch (IOException endedMeanwhile) {
        // Its place was given to a later one.
      }
    }
    return this;
  }

  /// How many were answered with what by now; 0 for those that were not, -1 for those that ended
  /// without an answer.
  Map<Integer, Integer> answers() {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (Socket socket : sockets) {
      counts.merge(status(socket), 1, Integer::sum);
    }
    return counts;
  }

  private static int status(Socket socket) {
    byte[] answer = new byte[ANSWER_BYTES];
    try {
      int count = socket.getInputStream().read(answer);
      if (count < 0) {
        return -1;
      }
      String text = new String(answer, 0, count, StandardCharsets.ISO_8859_1);
      return Integer.parseInt(text.split(" ", 3)[1]);
    } catch (SocketTimeoutException silent) {
      return 0;
    } catch (IOException ended) {
      return -1;
    }
  }

  @Override
  public void close() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
