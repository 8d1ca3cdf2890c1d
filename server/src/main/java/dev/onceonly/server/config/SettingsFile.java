package dev.onceonly.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A file of settings in UTF-8: lines `name = value`, with blanks around both thrown away; empty
/// lines, and lines that begin with `#`. Everything behind the first `=` is the value as it stands:
/// there are no quotes, no escapes, no comments behind a value and no lines that go on. A name
/// stands in it once.
final class SettingsFile {
  private static final int BYTES_MAX = 1 << 20;

  private SettingsFile() {}

  /// Reads it.
  ///
  /// @param naming what named the file
  /// @throws SettingsException if it can't be read, or if a line is none of these
  static Map<String, Given.One> read(Path file, Origin naming) {
    Map<String, Given.One> given = new LinkedHashMap<>();
    Map<String, Integer> lineOf = new HashMap<>();
    List<String> problems = new ArrayList<>();
    int number = 0;
    for (String whole : (Iterable<String>) text(file, naming).lines()::iterator) {
      number++;
      String line = whole.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      String name = equals < 0 ? "" : line.substring(0, equals).strip();
      if (name.isEmpty()) {
        // Not repeated: it may hold a secret.
        problems.add(
            "line "
                + number
                + " of the settings file "
                + file
                + " is not of the form name = value");
        continue;
      }
      Integer before = lineOf.putIfAbsent(name, number);
      if (before != null) {
        problems.add(
            "setting "
                + name
                + " stands twice in the settings file "
                + file
                + ": in lines "
                + before
                + " and "
                + number);
        continue;
      }
      given.put(name, new Given.One(line.substring(equals + 1).strip(), Origin.line(file, number)));
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return given;
  }

  private static String text(Path file, Origin naming) {
    try {
      RegularFiles.require(file);
      byte[] bytes;
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(BYTES_MAX + 1);
      }
      if (bytes.length > BYTES_MAX) {
        throw unreadable(file, naming, "it has more than " + BYTES_MAX + " bytes");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      // Some editors begin a file with a mark of its byte order.
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (IOException e) {
      throw unreadable(file, naming, Reason.of(e));
    }
  }

  private static SettingsException unreadable(Path file, Origin naming, String why) {
    return new SettingsException(
        "the settings file " + file + " can't be read: " + why + naming.ending());
  }
}
