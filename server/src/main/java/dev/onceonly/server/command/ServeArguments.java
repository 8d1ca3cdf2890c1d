package dev.onceonly.server.command;

import dev.onceonly.server.config.Given;
import dev.onceonly.server.config.SettingsFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The plain forms of `serve`'s arguments, read by hand. The command-line library takes longer to
/// load than the rest of a start, and a server that is restarted after a crash has callers waiting;
/// everything but the plain forms (help, abbreviations, mistakes) is left to the library.
final class ServeArguments {
  private static final Map<String, String> VALUES =
      Map.of("--host", "host", "--port", "port", "--data", "data");
  private static final Map<String, String> FLAGS =
      Map.of("--dev", "dev", "--accept-clock", "accept_clock");

  private ServeArguments() {}

  /// All given settings by name, or null where the words are not `serve` in one of the plain forms.
  static @Nullable Given collect(String... words) {
    if (words.length == 0 || !words[0].equals("serve")) {
      return null;
    }
    Map<String, String> others = new LinkedHashMap<>();
    Map<String, String> options = new LinkedHashMap<>();
    Path config = null;
    for (int i = 1; i < words.length; i++) {
      String flag = FLAGS.get(words[i]);
      if (flag != null) {
        options.put(flag, "true");
        continue;
      }
      String value = i + 1 < words.length ? words[++i] : null;
      if (value == null || value.startsWith("-")) {
        return null;
      }
      String name = VALUES.get(words[i - 1]);
      int equals = value.indexOf('=');
      if (name != null) {
        options.put(name, value);
      } else if (words[i - 1].equals("--config")) {
        config = Path.of(value);
      } else if (words[i - 1].equals("--set") && equals > 0) {
        others.put(value.substring(0, equals), value.substring(equals + 1));
      } else {
        return null;
      }
    }
    others.putAll(options);
    return SettingsFiles.collect(others, System.getenv(), config);
  }
}
