package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;

/// Asks `/healthz` again and again until it answers 200.
final class HealthProbe {
  private static final byte[] HEALTHY = "HTTP/1.1 200".getBytes(US_ASCII);
  private static final long ASK_EVERY_MS = 2;
  private static final int ANSWER_MAX_MS = 1000;

  private HealthProbe() {}

  /// Waits until the server answers; fails when its process ends, or after `timeoutNs`.
  static void await(ServerProcess server, long timeoutNs) throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    while (!isHealthy(server.expectedEndpoint())) {
      if (!server.isAlive() || System.nanoTime() - startNs > timeoutNs) {
        throw new IOException("the server did not get healthy: " + server.logEnd());
      }
      Thread.sleep(ASK_EVERY_MS);
    }
  }

  private static boolean isHealthy(Endpoint endpoint) {
    try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
      socket.setSoTimeout(ANSWER_MAX_MS);
      String request =
          "GET /healthz HTTP/1.1\r\nHost: " + endpoint + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return Arrays.equals(socket.getInputStream().readNBytes(HEALTHY.length), HEALTHY);
    } catch (IOException e) {
      // Not listening yet, or not answering: ask again.
      return false;
    }
  }
}
