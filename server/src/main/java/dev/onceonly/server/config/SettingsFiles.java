package dev.onceonly.server.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Collects given settings: the command line before the environment before the file.
public final class SettingsFiles {
  private static final String PREFIX = "ONCEONLY_";

  /// Names with our prefix that are not the server's settings.
  private static final Set<String> OTHERS = Set.of("java_opts", "config");

  private SettingsFiles() {}

  /// Puts the three together.
  ///
  /// @param commandLine by setting name
  /// @param environment the process's
  /// @param file lines `name = value`; null takes `ONCEONLY_CONFIG`, else none
  public static Map<String, String> collect(
      Map<String, String> commandLine, Map<String, String> environment, @Nullable Path file) {
    Map<String, String> given = new HashMap<>();
    String named = environment.get(PREFIX + "CONFIG");
    Path path = file != null ? file : named == null ? null : Path.of(named);
    if (path != null) {
      given.putAll(read(path));
    }
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX)) {
        String setting = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
        if (!OTHERS.contains(setting)) {
          given.put(setting, value);
        }
      }
    });
    given.putAll(commandLine);
    return given;
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException(
          "the settings file " + file + " can't be read: " + e.getMessage());
    }
    Map<String, String> given = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> given.put(name, properties.getProperty(name)));
    return given;
  }
}
