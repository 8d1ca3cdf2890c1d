package dev.onceonly.server.config;

import java.util.Set;

/// What the server tells its operator.
///
/// @param logLevel the least grave line that is written: `error`, `warning`, `info` or `debug`
/// @param accessLog whether each request has a line
/// @param metricsToolsMax how many tools have a series of their own at `/metrics`; 0 names none
public record LogSettings(String logLevel, boolean accessLog, int metricsToolsMax) {
  static LogSettings read(SettingSource source) {
    return new LogSettings(
        source.word("log_level", Set.of("error", "warning", "info", "debug"), "info"),
        source.flag("access_log", false),
        source.integer("metrics_tools_max", 0, 1_000, 50));
  }
}
