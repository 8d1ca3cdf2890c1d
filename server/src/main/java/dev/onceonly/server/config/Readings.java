package dev.onceonly.server.config;

import java.util.List;

/// How the settings were read.
///
/// @param all every setting, in the order of their names
/// @param warnings what an operator should know of them, a line each
public record Readings(List<Setting> all, List<String> warnings) {
  public Readings {
    all = List.copyOf(all);
    warnings = List.copyOf(warnings);
  }
}
