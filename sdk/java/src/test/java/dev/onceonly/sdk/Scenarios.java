package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;

/// The scenarios of `spec/conformance` that this SDK runs, as tests.
final class Scenarios {
  private Scenarios() {}

  /// A test for each scenario, mode, and kind of calls.
  ///
  /// @param modes those that are run
  /// @param clients gives what is changed of a scenario's client, anew for each run
  static List<DynamicTest> of(Set<String> modes, Supplier<Consumer<OnceOnlyBuilder>> clients) {
    Harness harness = Harness.shared();
    List<DynamicTest> tests = new ArrayList<>();
    String only = System.getProperty("onceonly.scenario", "");
    for (Fields scenario : Typed.list(harness.get("/scenarios"), "scenarios", item -> item)) {
      String id = Objects.requireNonNull(scenario.text("id"));
      for (String mode : modesOf(scenario, modes)) {
        for (boolean isAsync : new boolean[] {false, true}) {
          String title =
              "%s: %s [%s, %s]"
                  .formatted(
                      scenario.text("file"),
                      scenario.text("name"),
                      mode,
                      isAsync ? "async" : "blocking");
          if (title.contains(only)) {
            tests.add(
                DynamicTest.dynamicTest(
                    title,
                    () -> {
                      try (ScenarioRun run =
                          new ScenarioRun(harness, id, mode, isAsync, clients.get())) {
                        assertThat(run.problems()).as(title).isEmpty();
                      }
                    }));
          }
        }
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  private static List<String> modesOf(Fields scenario, Set<String> wanted) {
    List<String> sdks = scenario.texts("sdks");
    return sdks != null && !sdks.contains("java")
        ? List.of()
        : Objects.requireNonNull(scenario.texts("modes")).stream()
            .filter(wanted::contains)
            .toList();
  }
}
