package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.testkit.fault.FaultSwitches;
import dev.onceonly.testkit.fault.NativeFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A restore onto a disk that becomes full at one moment or another.
@Timeout(180)
class RestoreFaultTest {
  @TempDir Path dir;

  @Test
  void aRestoreOntoAFullDiskLeavesNothingAndChangesNothing() throws Exception {
    Path data = Files.createDirectory(dir.resolve("data"));
    Path file = dir.resolve("backup.db");
    ServerProcess.serve(data, Map.of()).close();
    assertThat(ServerProcess.run(data, "backup", file.toString()).exitCode()).isZero();
    assertThat(ServerProcess.run(data, "namespaces", "create", "after").exitCode()).isZero();
    FaultSwitches switches = FaultSwitches.create(dir.resolve("switches"));
    Map<String, String> full = NativeFaults.compile(dir).faulty(data, switches);

    long size = Files.size(file);
    for (long left : new long[] {0, size / 2, size + 2_048}) {
      switches.refuseGrowth(left);
      ServerProcess.Ended ended =
          ServerProcess.run(data, full, "restore", "--replace", file.toString());

      assertThat(switches.refusals()).as("%d left", left).isPositive();
      assertThat(ended.exitCode()).as("%d left: %s", left, ended).isEqualTo(1);
      // The database's driver says at each start that it logs nothing.
      assertThat(ended.err().lines().filter(line -> !line.startsWith("SLF4J")))
          .as("%d left", left)
          .singleElement()
          .asString()
          .startsWith("onceonly: the restore failed and has changed nothing: ");
      assertThat(names(data)).as("%d left", left).noneMatch(name -> name.contains("restoring"));
    }
    switches.allowWrites();
    assertThat(ServerProcess.run(data, "namespaces", "list").out()).contains("after");
    assertThat(ServerProcess.run(data, full, "restore", "--replace", file.toString()).out())
        .contains("made since the backup", "namespace after");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
