package dev.onceonly.bench;

import java.util.List;
import java.util.Map;

/// A server that can be started: a name for the tables, the command line, what its environment has
/// beside what [ServerProcess] sets, and how many live keys it is filled with before it is
/// measured. The command must become the server (no shell that stays in front of it): CPU and
/// memory are read from its process.
record Target(String name, List<String> command, Map<String, String> environment, long liveKeys) {
  Target {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    if (command.isEmpty() || liveKeys < 0) {
      throw new IllegalArgumentException("a command, and 0 or more live keys");
    }
  }

  static Target of(String name, List<String> command) {
    return new Target(name, command, Map.of(), 0);
  }

  Target withLiveKeys(long count) {
    String filled = "%s, %,d live".formatted(name, count);
    return new Target(filled, command, environment, count);
  }
}
