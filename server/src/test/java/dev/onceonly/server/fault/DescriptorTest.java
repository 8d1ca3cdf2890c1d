package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that has been out of descriptors listens on.
class DescriptorTest {
  // The program itself needs about 90 of them.
  private static final int DESCRIPTORS = 120;

  @Test
  void whoComesAfterTheDescriptorsHaveRunOutIsAnswered(@TempDir Path folder) throws IOException {
    byte[] ask =
        ("GET /v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + ServerProcess.API_KEY)
            .concat("\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    try (ServerProcess server =
        ServerProcess.serveWithDescriptors(folder.resolve("data"), Map.of(), DESCRIPTORS)) {
      // What answering needs is loaded now: loading takes descriptors, too.
      assertThat(isAnswered(server.port(), ask)).isTrue();
      assertThat(String.join("\n", server.log()))
          .contains("the limit of " + DESCRIPTORS + " open files allows");
      try (Flooder flooder = new Flooder(server.port()).send(3 * DESCRIPTORS, ask)) {
        assertThat(flooder.answers()).containsKey(0);
        awaitTrouble(server);
      }
      // Those whom the kernel still has in its queue may come first.
      long start = System.nanoTime();
      while (!isAnswered(server.port(), ask)) {
        assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
      }
    }
  }

  private static boolean isAnswered(int port, byte[] ask) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(ask);
      byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
    } catch (SocketException reset) {
      return false;
    }
  }

  private static void awaitTrouble(ServerProcess server) throws IOException {
    long start = System.nanoTime();
    while (server.log().stream()
        .noneMatch(line -> line.contains("accepting a connection failed"))) {
      assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
      Thread.onSpinWait();
    }
  }
}
