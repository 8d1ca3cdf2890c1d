package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.admin.AdminWire;
import dev.onceonly.server.api.LiveServer;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The socket through which a running server takes operators' commands.
class AdminSocketTest {
  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @Test
  void onlyTheServersUserMayOpenIt() throws IOException {
    Path socket = SERVER.data().resolve("admin.sock");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
  }

  @Test
  void itGoesAwayWithTheServer() {
    LiveServer server = LiveServer.withDefaults().start();
    Path socket = server.data().resolve("admin.sock");
    assertThat(socket).exists();
    server.close();
    assertThat(socket).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "demo", "train", "restore", "plans", "nothing"})
  void aServerCarriesOutOperatorsCommandsOnly(String command) {
    AdminWire.Answer answer = SERVER.operatorAnswer(command);

    assertThat(answer.exitCode()).isEqualTo(2);
    assertThat(answer.err()).contains("Unmatched argument").contains("'" + command + "'");
  }

  @Test
  void mistakesComeBackWithTheirExitCode() {
    assertThat(SERVER.operatorAnswer("keys", "disable", "key_x").exitCode()).isEqualTo(1);
    assertThat(SERVER.operatorAnswer("keys", "disable").exitCode()).isEqualTo(2);
    assertThat(SERVER.operatorAnswer("keys", "disable", "--help").out())
        .startsWith("Usage: onceonly keys disable");
    assertThat(SERVER.operatorAnswer().exitCode()).isZero();
  }

  @Test
  void garbageEndsItsConnectionAndNoOther() throws IOException {
    for (int[] lengths : new int[][] {{-1}, {65}, {1, -1}, {1, Integer.MAX_VALUE}, {2, 1}, {}}) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * lengths.length);
      for (int length : lengths) {
        bytes.putInt(length);
      }
      try (SocketChannel channel =
          SocketChannel.open(UnixDomainSocketAddress.of(SERVER.data().resolve("admin.sock")))) {
        channel.write(bytes.flip());
        channel.shutdownOutput();
      }
    }

    assertThat(SERVER.operator("namespaces", "list")).contains("default");
  }
}
