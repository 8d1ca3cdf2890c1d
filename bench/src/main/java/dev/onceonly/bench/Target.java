package dev.onceonly.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A server that can be started: a name for the tables, the command line, and what its environment
/// has beside what [ServerProcess] sets. Its flushes are slowed down by `flushDelayUs`, and it is
/// filled with `liveKeys` keys before it is measured. The command must become the server (no shell
/// that stays in front of it): CPU and memory are read from its process.
record Target(
    String name,
    List<String> command,
    Map<String, String> environment,
    long flushDelayUs,
    long liveKeys) {
  Target {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    if (command.isEmpty() || flushDelayUs < 0 || liveKeys < 0) {
      throw new IllegalArgumentException("a command, a delay of 0 or more, 0 or more live keys");
    }
  }

  static Target of(String name, List<String> command) {
    return new Target(name, command, Map.of(), 0, 0);
  }

  /// The same with one more variable in its environment.
  Target with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Target(name, command, more, flushDelayUs, liveKeys);
  }

  Target withLiveKeys(long count) {
    String filled = "%s, %,d live".formatted(name, count);
    return new Target(filled, command, environment, flushDelayUs, count);
  }
}
