package dev.onceonly.server.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Collects given settings: the command line before the environment before the file. An empty value
/// is none, in each of the three, so it takes nothing from the others.
public final class SettingsFiles {
  private static final String PREFIX = "ONCEONLY_";

  /// Names with our prefix that are not the server's settings: the launcher's, the clients' (the
  /// Spring starter's in both of Spring's ways to write them) and the test suites'. Whoever has
  /// them in the environment of a shell runs operator's commands there too.
  private static final Set<String> OTHERS =
      Set.of(
          "ONCEONLY_CONFIG",
          "ONCEONLY_JAVA_OPTS",
          "ONCEONLY_COMMAND",
          "ONCEONLY_URL",
          "ONCEONLY_BASE_URL",
          "ONCEONLY_BASEURL",
          "ONCEONLY_APIKEY",
          "ONCEONLY_TIMEOUT",
          "ONCEONLY_DEADLINE",
          "ONCEONLY_FAIL_OPEN",
          "ONCEONLY_FAILOPEN",
          "ONCEONLY_MAX_RETRIES",
          "ONCEONLY_MAXRETRIES",
          "ONCEONLY_RETRY_BACKOFF",
          "ONCEONLY_RETRYBACKOFF",
          "ONCEONLY_RETRY_MAX_BACKOFF",
          "ONCEONLY_RETRYMAXBACKOFF",
          "ONCEONLY_ENABLED",
          "ONCEONLY_HEALTH_ENABLED",
          "ONCEONLY_CONFORMANCE_RESULTS",
          "ONCEONLY_CONFORMANCE_URL",
          "ONCEONLY_SCHEMATHESIS_KEY",
          "ONCEONLY_SCHEMATHESIS_TOOL_URL",
          "ONCEONLY_SCHEMATHESIS_URL");

  private SettingsFiles() {}

  /// Puts the three together.
  ///
  /// @param commandLine by setting name
  /// @param environment the process's
  /// @param file lines `name = value`; null takes `ONCEONLY_CONFIG`, else none
  /// @throws SettingsException if the file can't be read
  public static Given collect(
      Map<String, String> commandLine, Map<String, String> environment, @Nullable Path file) {
    Map<String, Given.One> given = new LinkedHashMap<>();
    String named = environment.get(PREFIX + "CONFIG");
    if (file != null) {
      given.putAll(SettingsFile.read(file, Origin.COMMAND_LINE));
    } else if (named != null && !named.isBlank()) {
      given.putAll(SettingsFile.read(Path.of(named), Origin.variable(PREFIX + "CONFIG")));
    }
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX) && !OTHERS.contains(name)) {
        put(given, setting(name), value, Origin.variable(name));
      }
    });
    commandLine.forEach((name, value) -> put(given, name, value, Origin.COMMAND_LINE));
    return new Given(given);
  }

  /// In capitals only: else two variables could be one setting, and nobody could say which wins.
  private static String setting(String variable) {
    String name = variable.substring(PREFIX.length());
    return name.equals(name.toUpperCase(Locale.ROOT)) ? name.toLowerCase(Locale.ROOT) : name;
  }

  private static void put(Map<String, Given.One> given, String name, String value, Origin origin) {
    if (!value.isBlank() || !given.containsKey(name)) {
      given.put(name, new Given.One(value, origin));
    }
  }
}
