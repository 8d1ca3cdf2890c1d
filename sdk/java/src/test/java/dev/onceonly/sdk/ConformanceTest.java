package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Every scenario of `spec/conformance`, against canned answers and against the real server, by
/// blocking and by asynchronous calls.
@Execution(ExecutionMode.CONCURRENT)
final class ConformanceTest {
  @TestFactory
  List<DynamicTest> scenarios() {
    Harness harness = Harness.shared();
    List<DynamicTest> tests = new ArrayList<>();
    String only = System.getProperty("onceonly.scenario", "");
    for (Map<String, @Nullable Object> item :
        Objects.requireNonNull(harness.get("/scenarios").objects("scenarios"))) {
      Fields scenario = Fields.of(item);
      String id = Objects.requireNonNull(scenario.text("id"));
      String name = scenario.text("file") + ": " + scenario.text("name");
      List<String> sdks = scenario.texts("sdks");
      if (sdks != null && !sdks.contains("java")) {
        continue;
      }
      for (String mode : Objects.requireNonNull(scenario.texts("modes"))) {
        if (mode.equals("fake")) {
          continue;
        }
        for (boolean isAsync : new boolean[] {false, true}) {
          String title = "%s [%s, %s]".formatted(name, mode, isAsync ? "async" : "blocking");
          if (title.contains(only)) {
            tests.add(DynamicTest.dynamicTest(title, () -> run(harness, id, mode, isAsync)));
          }
        }
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  private static void run(Harness harness, String id, String mode, boolean isAsync)
      throws Exception {
    try (ScenarioRun run = new ScenarioRun(harness, id, mode, isAsync)) {
      assertThat(run.problems()).isEmpty();
    }
  }
}
