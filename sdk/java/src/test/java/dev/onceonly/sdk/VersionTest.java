package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

final class VersionTest {
  @Test
  void theVersionIsThatOfTheProject() throws Exception {
    assertThat(Files.readString(Harness.root().resolve("sdk/java/pom.xml")))
        .contains("<version>" + SdkVersion.VERSION + "</version>");
  }
}
