package dev.onceonly.server.demo;

import dev.onceonly.http.json.Json;
import java.io.PrintStream;
import tools.jackson.databind.JsonNode;

/// Tells the demo: what is done, what came back, whether it is what was promised.
final class Story {
  private final PrintStream out;
  private int broken;

  Story(PrintStream out) {
    this.out = out;
  }

  void chapter(String title) {
    out.println();
    out.println("== " + title);
  }

  void say(String line) {
    out.println("   " + line);
  }

  /// Shows one call and its answer.
  void call(String what, JsonNode answer) {
    out.println("   → " + what);
    out.println("     " + Json.text(answer));
  }

  /// Holds the answer against the promise.
  void promise(String promise, boolean kept) {
    out.println((kept ? "   ✓ " : "   ✗ BROKEN: ") + promise);
    if (!kept) {
      broken++;
    }
  }

  int broken() {
    return broken;
  }
}
