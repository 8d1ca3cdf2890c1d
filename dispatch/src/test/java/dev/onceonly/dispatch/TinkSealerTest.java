package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TinkSealerTest {
  private static final ToolKey TOOL = ToolKey.global(1, "mail.send");
  private static final String SECRET = "a-secret-xyz";

  @TempDir private Path folder;
  private Path file;
  private TinkSealer sealer;

  @BeforeEach
  void open() {
    file = folder.resolve("secrets.key");
    sealer = new TinkSealer(file);
  }

  @Test
  void whatWasSealedCanBeOpenedByAnotherProcessWithTheSameFile() {
    ToolRow.Secret sealed = sealer.seal(TOOL, SECRET);

    assertThat(sealer.open(TOOL, sealed)).isEqualTo(SECRET);
    assertThat(new TinkSealer(file).open(TOOL, sealed)).isEqualTo(SECRET);
    String unicode = "geheimnis-äöü-😀";
    assertThat(sealer.open(TOOL, sealer.seal(TOOL, unicode))).isEqualTo(unicode);
  }

  @Test
  void theFileIsMadeByTheFirstSecretForItsOwnerOnly() throws IOException {
    assertThat(sealer.hasKey()).isFalse();
    assertThat(file).doesNotExist();

    sealer.seal(TOOL, SECRET);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(folder).isDirectoryNotContaining("glob:**.new");
    assertThat(Files.readString(file)).doesNotContain(SECRET);
  }

  @Test
  void idAndMaskFollowTheSecretAndShowNothingElseOfIt() {
    ToolRow.Secret one = sealer.seal(TOOL, SECRET);
    ToolRow.Secret again = new TinkSealer(file).seal(ToolKey.global(1, "other"), SECRET);
    ToolRow.Secret changed = sealer.seal(TOOL, SECRET + "z");

    assertThat(one.id()).matches("sec_[0-9a-f]{8}").isEqualTo(again.id());
    assertThat(one.mask()).isEqualTo("***xyz");
    assertThat(changed.id()).isNotEqualTo(one.id());
    assertThat(one.sealed()).isNotEqualTo(again.sealed());
    assertThat(sealer.seal(TOOL, SECRET).sealed()).isNotEqualTo(one.sealed());
    assertThat(sealer.seal(TOOL, "secret-a😀b").mask()).isEqualTo("***a😀b");
    assertThat(one.toString() + sealer).doesNotContain(SECRET).doesNotContain(one.sealed());
  }

  @Test
  void theIdTellsNothingAcrossNamespacesOrInstallations() {
    String id = sealer.seal(TOOL, SECRET).id();

    assertThat(sealer.seal(ToolKey.global(2, "mail.send"), SECRET).id()).isNotEqualTo(id);
    assertThat(new TinkSealer(folder.resolve("other.key")).seal(TOOL, SECRET).id())
        .isNotEqualTo(id);
  }

  @Test
  void idsOfAThousandSecretsDiffer() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      ids.add(sealer.seal(TOOL, "secret-" + i).id());
    }
    assertThat(ids).hasSize(1_000);
  }

  @Test
  void aSealedTextThatWasMovedToAnotherToolCanNotBeOpened() {
    ToolRow.Secret sealed = sealer.seal(new ToolKey(1, "agent:ab", "c"), SECRET);

    for (ToolKey other :
        List.of(
            new ToolKey(2, "agent:ab", "c"),
            new ToolKey(1, "agent:a", "bc"),
            new ToolKey(1, "agent:abc", ""),
            new ToolKey(1, "global", "c"),
            new ToolKey(1, "agent:ab", "d"))) {
      assertThatThrownBy(() -> sealer.open(other, sealed))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(sealed.id())
          .hasMessageNotContaining(SECRET);
    }
  }

  @Test
  void anotherKeyOrAChangedByteOpensNothing() {
    ToolRow.Secret sealed = sealer.seal(TOOL, SECRET);
    TinkSealer other = new TinkSealer(folder.resolve("other.key"));
    other.seal(TOOL, SECRET);
    byte[] bytes = Base64.getDecoder().decode(sealed.sealed());

    assertThatThrownBy(() -> other.open(TOOL, sealed)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new TinkSealer(folder.resolve("none.key")).open(TOOL, sealed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("none.key");
    assertThat(folder.resolve("none.key")).doesNotExist();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      ToolRow.Secret forged =
          new ToolRow.Secret(
              Base64.getEncoder().encodeToString(changed), sealed.id(), sealed.mask());
      assertThatThrownBy(() -> sealer.open(TOOL, forged)).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> sealer.open(TOOL, new ToolRow.Secret("?", "sec_0", "***")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFileThatHoldsSomethingElseIsRefusedAndLeftAsItIs() throws IOException {
    for (String text : List.of("", "x", "onceonly-secrets-key 1\nAAAA\n{}", "\u0000")) {
      Files.writeString(file, text);

      assertThatThrownBy(() -> new TinkSealer(file).seal(TOOL, SECRET))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("secrets.key");
      assertThat(file).content().isEqualTo(text);
    }
  }

  /// The disk that it leads to is not mounted.
  @Test
  void aLinkToNothingIsRefusedAndLeftAsItIs() throws IOException {
    Path target = folder.resolve("disk.key");
    Files.createSymbolicLink(file, target);

    assertThatThrownBy(() -> new TinkSealer(file).seal(TOOL, SECRET)).isInstanceOf(Failure.class);
    assertThat(Files.readSymbolicLink(file)).isEqualTo(target);
    assertThat(target).doesNotExist();
    assertThat(new TinkSealer(file).state()).isEqualTo(TinkSealer.KeyState.UNREADABLE);
  }

  @Test
  void oldKeysOpenUntilTheyAreDropped() {
    ToolRow.Secret before = sealer.seal(TOOL, SECRET);

    sealer.addKey();
    ToolRow.Secret after = sealer.seal(TOOL, SECRET);

    assertThat(sealer.isCurrent(before)).isFalse();
    assertThat(sealer.isCurrent(after)).isTrue();
    assertThat(after.id()).isEqualTo(before.id());
    for (TinkSealer reader : List.of(sealer, new TinkSealer(file))) {
      assertThat(reader.open(TOOL, before)).isEqualTo(SECRET);
      assertThat(reader.open(TOOL, after)).isEqualTo(SECRET);
      assertThat(reader.hasOldKeys()).isTrue();
    }

    sealer.dropOldKeys();

    for (TinkSealer reader : List.of(sealer, new TinkSealer(file))) {
      assertThat(reader.open(TOOL, after)).isEqualTo(SECRET);
      assertThat(reader.hasOldKeys()).isFalse();
      assertThatThrownBy(() -> reader.open(TOOL, before)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void nothingIsSealedWithKeysWhoseFileHasGone() throws IOException {
    Map<ToolKey, ToolRow> kept = new ConcurrentHashMap<>();
    sealer = new TinkSealer(file, () -> kept);
    ToolRow.Secret sealed = sealer.seal(TOOL, SECRET);
    kept.put(TOOL, row(sealed));
    Path moved = Files.move(file, folder.resolve("moved.key"));

    assertThat(sealer.state()).isEqualTo(TinkSealer.KeyState.GONE);
    assertThatThrownBy(() -> sealer.seal(TOOL, SECRET)).isInstanceOf(Failure.class);
    assertThat(sealer.open(TOOL, sealed)).isEqualTo(SECRET);
    new TinkSealer(file).seal(TOOL, SECRET);
    assertThat(sealer.state()).isEqualTo(TinkSealer.KeyState.REPLACED);
    assertThatThrownBy(sealer::addKey).isInstanceOf(Failure.class);

    Files.delete(file);
    Files.copy(moved, file);
    assertThat(sealer.state()).isEqualTo(TinkSealer.KeyState.FITS);
    Files.delete(file);
    sealer.addKey();
    assertThat(new TinkSealer(file).open(TOOL, sealed)).isEqualTo(SECRET);

    Files.delete(file);
    kept.clear();
    ToolRow.Secret first = sealer.seal(TOOL, SECRET);
    assertThat(new TinkSealer(file).open(TOOL, first)).isEqualTo(SECRET);
  }

  private static ToolRow row(ToolRow.Secret secret) {
    return new ToolRow(
        new ToolRow.Endpoint("https://tools.example.org/", secret, null, false),
        new ToolRow.Delivery(1_000, 0),
        true,
        null,
        0);
  }

  @Test
  void aHalfWrittenFileOfACrashIsNoObstacle() throws IOException {
    Files.writeString(folder.resolve("secrets.key.new"), "half");

    ToolRow.Secret sealed = sealer.seal(TOOL, SECRET);

    assertThat(new TinkSealer(file).open(TOOL, sealed)).isEqualTo(SECRET);
  }

  @Test
  void manyFirstSecretsAtOnceMakeOneKey() {
    Set<String> ids = ConcurrentHashMap.newKeySet();
    Set<ToolRow.Secret> sealed = ConcurrentHashMap.newKeySet();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        threads.execute(() -> {
          ToolRow.Secret one = sealer.seal(TOOL, SECRET);
          ids.add(one.id());
          sealed.add(one);
        });
      }
    }

    assertThat(ids).hasSize(1);
    TinkSealer reader = new TinkSealer(file);
    assertThat(sealed)
        .hasSize(50)
        .allSatisfy(one -> assertThat(reader.open(TOOL, one)).isEqualTo(SECRET));
  }
}
