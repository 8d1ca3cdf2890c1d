package dev.onceonly.server.config;

import java.util.Set;

/// What the server tells its operator.
///
/// @param logLevel the least grave line that is written: `error`, `warning`, `info` or `debug`
/// @param accessLog whether each request has a line
public record LogSettings(String logLevel, boolean accessLog) {
  static LogSettings read(SettingSource source) {
    return new LogSettings(
        source.word("log_level", Set.of("error", "warning", "info", "debug"), "info"),
        source.flag("access_log", false));
  }
}
