package dev.onceonly.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Plans;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.testkit.ManualTime;
import dev.onceonly.testkit.MemoryStore;
import dev.onceonly.testkit.RefusingStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A first key that may be stored is in somebody's hands, whatever comes between.
class FirstKeyTest {
  private static final String STORING = "CreateKey";

  @TempDir private Path folder;

  private final RefusingStore seen =
      new RefusingStore(
          new MemoryStore(new ManualTime(Instant.parse("2026-11-26T10:00:00Z")).storeClock()));
  private final Accounts accounts =
      new Accounts(seen.store(), Plans.of(Plans.BUILT_IN), "unlimited");

  @Test
  void aKeyThatMayBeStoredStaysInItsFile() throws Exception {
    Path file = folder.resolve("key");
    seen.lose(STORING, 1);

    assertThatThrownBy(() -> FirstKey.ensure(accounts, null, () -> 7L, file))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("is kept in " + file);

    assertThat(Files.readString(file)).startsWith("once_live_");
    assertThat(accounts.hasKeys()).isTrue();
  }

  @Test
  void aKeyThatIsNotStoredIsInNoFile() {
    Path file = folder.resolve("key");
    seen.refuse(STORING, ErrorCode.STORAGE_UNAVAILABLE, 1);

    assertThatThrownBy(() -> FirstKey.ensure(accounts, null, () -> 7L, file))
        .isInstanceOf(Failure.class);

    assertThat(file).doesNotExist();
    assertThat(accounts.hasKeys()).isFalse();
  }

  @Test
  void aKeyIsShownBeforeItIsStored() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(shown, false, StandardCharsets.UTF_8));
    seen.lose(STORING, 1);
    try {
      assertThatThrownBy(() -> FirstKey.ensure(accounts, null, () -> 7L, null))
          .isInstanceOf(Failure.class);
    } finally {
      System.setOut(before);
    }

    assertThat(shown.toString(StandardCharsets.UTF_8)).contains(": once_live_");
  }
}
