package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.admin.AdminWire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes namespaces as an operator does, through the socket of the server that runs on a folder.
final class Namespaces {
  private static final String NAME = "fault-";

  private Namespaces() {}

  /// The name of namespace `index`, counted from 0.
  static String name(int index) {
    return NAME + index;
  }

  /// Makes that many.
  ///
  /// @return an API key for each
  static List<String> create(Path data, int count) throws IOException {
    List<String> apiKeys = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      command(data, "namespaces", "create", name(index));
      String said = command(data, "keys", "create", "--namespace", name(index));
      apiKeys.add(said.substring(0, said.indexOf('\n')));
    }
    return apiKeys;
  }

  private static String command(Path data, String... words) throws IOException {
    AdminWire.Answer answer = AdminWire.call(data, new AdminWire.Request(List.of(words)));
    assertThat(answer.exitCode()).as(answer.err()).isZero();
    return answer.out();
  }
}
