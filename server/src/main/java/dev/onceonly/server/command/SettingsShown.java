package dev.onceonly.server.command;

import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.SettingsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Settings as a log may show them.
final class SettingsShown {
  private static final String SECRET = "(secret)";

  private SettingsShown() {}

  /// Those that make a difference, as `name=value` in the order of their names; of a secret only
  /// that it is given.
  ///
  /// @param given by name, all of them good
  static List<String> differing(Map<String, String> given) {
    Settings all = Settings.of(given);
    List<String> differing = new ArrayList<>();
    for (String name : new TreeSet<>(given.keySet())) {
      if (differs(all, given, name)) {
        differing.add(name + "=" + (isSecret(name) ? SECRET : given.get(name)));
      }
    }
    return differing;
  }

  private static boolean differs(Settings all, Map<String, String> given, String name) {
    Map<String, String> others = new HashMap<>(given);
    others.remove(name);
    try {
      return !Settings.of(others).equals(all);
    } catch (SettingsException neededByAnother) {
      return true;
    }
  }

  private static boolean isSecret(String name) {
    return name.equals("api_key") || name.endsWith("password") || name.endsWith("secret");
  }
}
