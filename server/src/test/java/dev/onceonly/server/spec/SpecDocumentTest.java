package dev.onceonly.server.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What can be said of `spec/openapi.yaml` without a server.
class SpecDocumentTest {
  @Test
  void theDocumentIsSoundOpenApiAndSaysWhatOursHaveToSay() throws IOException {
    assertThat(StructureLint.faults(SpecDocument.ofRepository())).isEmpty();
  }

  @Test
  void everyExampleIsAsItsSchemaSaysAndIsReplayed() throws IOException {
    assertThat(ExampleLint.faults(SpecDocument.ofRepository())).isEmpty();
  }
}
