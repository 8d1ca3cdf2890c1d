package dev.onceonly.server.config;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Given settings by name, read one by one. Remembers which names are known, so that a misspelt one
/// is found, and how each was read. A value that can't be used is noted and its default taken
/// instead, so that one reading finds all that is wrong; [#finish()] then throws. Not thread-safe.
final class SettingSource {
  private final Given given;
  private final Map<String, Setting> read = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  SettingSource(Given given) {
    this.given = given;
  }

  @Nullable String text(String name) {
    String value = raw(name);
    keep(name, value, null);
    return value;
  }

  String text(String name, String absent) {
    String value = raw(name);
    String holds = value == null ? absent : value;
    keep(name, holds, absent);
    return holds;
  }

  /// A secret, itself or in a file that the setting with `_file` behind the name names; it is kept
  /// out of what is shown. Of two that come from different places the usual one wins.
  @Nullable String secret(String name) {
    String inFile = name + "_file";
    Path file = path(inFile);
    String value = raw(name);
    keep(name, value == null ? null : Setting.MASK, null);
    if (file == null || value == null) {
      return file == null ? direct(name, value) : fromFile(inFile, file);
    }
    int order = origin(name).kind().compareTo(origin(inFile).kind());
    if (order == 0) {
      problem("settings " + name + " and " + inFile + " are one too many: give one", name, inFile);
      return null;
    }
    return order > 0 ? direct(name, value) : fromFile(inFile, file);
  }

  private @Nullable String direct(String name, @Nullable String value) {
    Origin origin = value == null ? Origin.PROGRAM : origin(name);
    if (origin.kind() == Origin.Kind.COMMAND_LINE) {
      warn(
          "setting "
              + name
              + " stands on the command line, which others on this machine can read: use "
              + name
              + "_file");
    }
    Path file = origin.file();
    String mode = file == null ? null : SecretFile.looseMode(file);
    if (mode != null) {
      warn("setting " + name + " stands in " + file + ", of mode " + mode + ": make it 600");
    }
    return value;
  }

  /// Says where others than its owner can open the file of a secret.
  void warnOfLooseMode(String name, Path file) {
    String mode = SecretFile.looseMode(file);
    if (mode != null) {
      warn("setting " + name + ": " + file + " has mode " + mode + ": make it 600");
    }
  }

  private @Nullable String fromFile(String name, Path file) {
    try {
      String text = SecretFile.read(file);
      warnOfLooseMode(name, file);
      return text;
    } catch (IOException e) {
      wrong(name, file.toString(), "a file with a secret", Reason.of(e));
      return null;
    }
  }

  /// The path of a file or a folder.
  @Nullable Path path(String name) {
    return path(name, null);
  }

  /// As [#path(String)].
  ///
  /// @param shownDefault what whoever looks at the settings is told that holds by default
  @Nullable Path path(String name, @Nullable String shownDefault) {
    String value = raw(name);
    keep(name, value == null ? shownDefault : value, shownDefault);
    try {
      return value == null ? null : Path.of(value);
    } catch (InvalidPathException e) {
      wrong(name, value, "a path");
      return null;
    }
  }

  boolean flag(String name, boolean absent) {
    String value = raw(name);
    Boolean flag =
        switch (value) {
          case null -> absent;
          case "true", "1", "yes", "on" -> true;
          case "false", "0", "no", "off" -> false;
          default -> {
            wrong(name, value, "true or false");
            yield absent;
          }
        };
    keep(name, String.valueOf(flag), String.valueOf(absent));
    return flag;
  }

  int integer(String name, int min, int max, int absent) {
    return Math.toIntExact(number(name, min, max, absent));
  }

  long number(String name, long min, long max, long absent) {
    String value = raw(name);
    long number = value == null ? absent : parse(name, value, min, max, absent);
    keep(name, String.valueOf(number), String.valueOf(absent));
    return number;
  }

  private long parse(String name, String value, long min, long max, long absent) {
    // Long.parseLong takes the digits of every script; we take 0 to 9.
    if (!value.matches("[+-]?[0-9]+")) {
      wrong(name, value, "a whole number");
      return absent;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException beyondLong) {
      // Beyond every bound too.
    }
    wrong(name, value, "a whole number from " + min + " to " + max);
    return absent;
  }

  /// A limit: a whole number, or `none`.
  @Nullable Long limit(String name, @Nullable Long absent) {
    String value = raw(name);
    String byDefault = absent == null ? "none" : absent.toString();
    Long limit;
    if (value == null) {
      limit = absent;
    } else if (value.equals("none")) {
      limit = null;
    } else {
      limit = (Long) parse(name, value, 0, Long.MAX_VALUE, 0);
    }
    keep(name, limit == null ? "none" : limit.toString(), byDefault);
    return limit;
  }

  /// Words with commas between them; an absent setting has none, and none but an absent one: a list
  /// of commas would say nothing where somebody meant something.
  List<String> list(String name) {
    String value = raw(name);
    List<String> words =
        Arrays.stream((value == null ? "" : value).split(","))
            .map(String::strip)
            .filter(word -> !word.isEmpty())
            .toList();
    if (value != null && words.isEmpty()) {
      wrong(name, value, "words with commas between them");
    }
    keep(name, words.isEmpty() ? null : String.join(",", words), null);
    return words;
  }

  /// One of a few words.
  String word(String name, Set<String> allowed, String absent) {
    String value = text(name, absent);
    if (!allowed.contains(value)) {
      wrong(name, value, "one of " + new TreeSet<>(allowed));
      return absent;
    }
    return value;
  }

  int oneOf(String name, Set<Integer> allowed, int absent) {
    int value = integer(name, 0, Integer.MAX_VALUE, absent);
    if (!allowed.contains(value)) {
      wrong(name, String.valueOf(value), "one of " + new TreeSet<>(allowed));
      return absent;
    }
    return value;
  }

  boolean isGiven(String name) {
    return raw(name) != null;
  }

  /// Notes what an operator should know, though it holds no start up.
  void warn(String line) {
    warnings.add(line);
  }

  /// Notes that settings can't be used.
  ///
  /// @param names those that were given say where
  void problem(String line, String... names) {
    Set<String> origins = new TreeSet<>();
    for (String name : names) {
      Given.One one = given.byName().get(name);
      if (one != null && raw(name) != null && one.origin().kind() != Origin.Kind.PROGRAM) {
        origins.add(one.origin().text());
      }
    }
    problems.add(line + (origins.isEmpty() ? "" : " (" + String.join(", ", origins) + ")"));
  }

  /// Notes that a value can't be used.
  void wrong(String name, String value, String takes) {
    problem("setting " + name + " takes " + takes + ", was '" + value + "'", name);
  }

  private void wrong(String name, String value, String takes, String but) {
    problem("setting " + name + " takes " + takes + ", was '" + value + "': " + but, name);
  }

  /// All names that were asked for.
  Set<String> known() {
    return Set.copyOf(read.keySet());
  }

  /// Ends the reading.
  ///
  /// @throws SettingsException if a value can't be used, or a name was given that nobody asked for
  Readings finish() {
    new TreeMap<>(given.byName())
        .forEach((name, one) -> {
          if (!read.containsKey(name)) {
            problems.add(
                "unknown setting "
                    + name
                    + one.origin().ending()
                    + "; in the environment with the prefix ONCEONLY_ and in capitals. Known: "
                    + String.join(", ", read.keySet()));
          }
        });
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return new Readings(List.copyOf(read.values()), warnings);
  }

  private @Nullable String raw(String name) {
    String value = given.value(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private Origin origin(String name) {
    Given.One one = given.byName().get(name);
    return one == null ? Origin.PROGRAM : one.origin();
  }

  private void keep(String name, @Nullable String value, @Nullable String byDefault) {
    Given.One one = given.byName().get(name);
    String source = one == null || raw(name) == null ? null : one.origin().text();
    read.put(name, new Setting(name, value, byDefault, source));
  }
}
