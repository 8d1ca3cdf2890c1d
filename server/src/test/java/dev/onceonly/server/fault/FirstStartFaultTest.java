package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A first start on a disk that has no room for a store: it leaves none, or a whole one.
@Timeout(120)
class FirstStartFaultTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(longs = {8, 40, 80, 120, 160, 200, 240, 280, 320, 400})
  void aFirstStartWithoutRoomIsSimplyRunAgain(long leftKib) throws Exception {
    Path data = Files.createDirectory(dir.resolve("data"));
    try (Ballast ballast = Ballast.mount(data, "16m")) {
      ballast.fillBut(leftKib * 1_024);
      String said = startInVain(data);
      if (Files.exists(data.resolve("onceonly.db"))) {
        assertThat(said).contains("made a new store");
      } else {
        assertThat(said).contains("the disk is full").doesNotContain("made a new store");
        assertThat(data).isDirectoryNotContaining("glob:**.new*");
      }
      ballast.empty();
      ServerProcess.serve(data, Map.of()).close();
      assertThat(ServerProcess.run(data, "verify").out()).contains("the store is consistent");
    }
  }

  /// What it logs; it may be ready where there is just enough room.
  private static String startInVain(Path data) {
    try (ServerProcess server = ServerProcess.serve(data, Map.of())) {
      return String.join("\n", server.log());
    } catch (IOException ended) {
      return String.valueOf(ended.getMessage());
    }
  }
}
