package dev.onceonly.server.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onceonly.server.api.UtcBorder;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// Replays every scenario of `spec/openapi.yaml` against the server, over real HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpecExamplesTest {
  private Optional<SpecTarget> target = Optional.empty();
  private @Nullable SpecDocument document;

  @BeforeAll
  void start() throws IOException {
    document = SpecDocument.ofRepository();
    target = SpecTargets.start();
  }

  @AfterAll
  void stop() {
    target.ifPresent(SpecTarget::close);
  }

  @TestFactory
  Stream<DynamicTest> everyAnswerIsAsDocumented() {
    return document().operations().stream()
        .map(operation ->
            DynamicTest.dynamicTest(
                operation.route(),
                () -> {
                  UtcBorder.passHour();
                  try (var runner = new ScenarioRunner(document(), target())) {
                    assertThat(runner.run(operation)).isEmpty();
                  }
                }));
  }

  @Test
  void whatIsNotThereIsRefusedAsDocumented() throws InterruptedException {
    try (var runner = new ScenarioRunner(document(), target())) {
      assertThat(runner.runFallback()).isEmpty();
    }
  }

  @Test
  void theServerServesWhatIsDocumentedAndNothingElse() {
    assertThat(RouteCheck.faults(document(), target().routes())).isEmpty();
  }

  private SpecDocument document() {
    return Objects.requireNonNull(document);
  }

  private SpecTarget target() {
    assumeTrue(target.isPresent(), "no server is wired in SpecTargets yet");
    return target.orElseThrow();
  }
}
