package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.fault.ServerProcess.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What real processes make of the settings in their environment.
@Timeout(120)
class GivenSettingsTest {
  @TempDir Path dir;

  @Test
  void clientsVariablesAndEmptyOnesChangeNothing() throws Exception {
    Path file = Files.writeString(dir.resolve("onceonly.conf"), "plan_free_make = 7\n");

    Ended ended =
        ServerProcess.run(
            dir.resolve("data"),
            Map.of(
                "ONCEONLY_URL", "http://127.0.0.1:8080",
                "ONCEONLY_BASE_URL", "http://127.0.0.1:8080",
                "ONCEONLY_CONFIG", file.toString(),
                "ONCEONLY_PLAN_FREE_MAKE", ""),
            "plans",
            "show");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out().lines().filter(line -> line.startsWith("free")).findFirst().orElse(""))
        .matches("free +7 .*");
  }

  @Test
  void whatAVariableSaysWrongIsSaidWithItsName() throws Exception {
    Ended ended =
        ServerProcess.run(
            dir.resolve("data"), Map.of("ONCEONLY_LEASE_RETENTION_DAYS", "0"), "serve");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err().lines())
        .containsExactly(
            "onceonly: setting lease_retention_days takes a whole number from 1 to 3650, was '0'"
                + " (environment variable ONCEONLY_LEASE_RETENTION_DAYS)");
  }

  @Test
  void aStartNamesTheNamespacesThatThereAreNot() throws Exception {
    Path data = Files.createDirectory(dir.resolve("data"));
    try (ServerProcess server =
        ServerProcess.serve(
            data, Map.of("ONCEONLY_POLICY_DEFAULT_DENY_NAMESPACES", "default,strikt"))) {
      List<String> lines =
          server.log().stream().filter(line -> line.contains("names strikt")).toList();

      assertThat(lines)
          .singleElement()
          .asString()
          .contains(
              "\"level\":\"warn\"",
              "setting policy_default_deny_namespaces names strikt, and there is no such namespace;",
              "(environment variable ONCEONLY_POLICY_DEFAULT_DENY_NAMESPACES)");
    }
  }
}
