package dev.onceonly.server.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The launcher's first build, with a Maven and a Java that only say what they were asked.
@Timeout(60)
class LauncherTest {
  @TempDir private Path root;

  @BeforeEach
  void makeTheFolders() throws IOException {
    program(root.resolve("onceonly"), Files.readString(Path.of("..", "onceonly")));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Path jdk = Files.createDirectories(root.resolve("jdk/bin"));
    Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    program(jdk.resolve("java"), "#!/bin/sh\necho \"the server program: $*\"\n");
    program(jdk.resolve("javac"), "#!/bin/sh\n");
  }

  @Test
  void aFirstBuildSaysWhatItIsAt() throws Exception {
    maven(
        """
        echo '[INFO] Building OnceOnly 4.0.0                       [1/3]'
        echo '[INFO] Downloading from central: https://repo.example.org/a.jar'
        echo '[INFO] Downloaded from central: https://repo.example.org/a.jar (1 kB at 2 kB/s)'
        echo 'Downloaded from central: https://repo.example.org/b.jar (1 kB at 2 kB/s)'
        echo '[INFO] Building OnceOnly :: core 4.0.0               [2/3]'
        sleep 2
        echo '[INFO] Building OnceOnly :: server 4.0.0             [3/3]'
        printf 'no line end'
        mkdir -p server/target/app
        """);

    Ran first = run();
    Ran second = run();

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out()).startsWith("the server program: ").contains("plans show");
    List<String> told = first.err().lines().toList();
    assertThat(told.getFirst())
        .startsWith("Building OnceOnly (first use or sources changed); the first time fetches");
    assertThat(told).anyMatch(line -> line.matches(" {2}\\[1/3] OnceOnly, \\d+ s"));
    assertThat(told)
        .anyMatch(line -> line.matches(" {2}\\[2/3] OnceOnly :: core, \\d+ s, 2 artifacts fetched"))
        .anyMatch(
            line -> line.matches(" {2}\\[3/3] OnceOnly :: server, \\d+ s, 2 artifacts fetched"));
    assertThat(told.getLast()).matches("Maven ended after \\d+ s, 2 artifacts fetched\\.");
    assertThat(first.err()).as("no line that changes where nobody sees it").doesNotContain("\r");
    assertThat(Files.readString(root.resolve("target/build.log"))).endsWith("no line end");
    assertThat(second.err()).as("built once").isEmpty();
    assertThat(second.out()).startsWith("the server program: ");
  }

  @Test
  void aBuildThatFailsSaysWhyAndRunsNothing() throws Exception {
    maven(
        """
        echo '[INFO] Building OnceOnly 4.0.0                       [1/3]'
        echo '[ERROR] no library a could be fetched'
        exit 1
        """);

    Ran ran = run();

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .contains("[ERROR] no library a could be fetched")
        .endsWith("onceonly: the build failed; the whole log is in target/build.log.\n");
  }

  private record Ran(int exitCode, String out, String err) {}

  private Ran run() throws IOException, InterruptedException {
    Path err = root.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder("bash", root.resolve("onceonly").toString(), "plans", "show");
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().merge("PATH", root + ":", (path, first) -> first + path);
    Process process = builder.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(err));
  }

  private void maven(String build) throws IOException {
    program(
        root.resolve("mvn"),
        "#!/bin/sh\nif [ \"$1\" = -v ]; then echo 'Apache Maven 3.9.9'; exit; fi\n" + build);
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
