package dev.onceonly.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checkpoints as text: what is written comes back, and what an earlier version wrote is read.
final class CheckpointTextTest {
  private static final ChainKey CHAIN = new ChainKey(1, "bot-7");
  private static final String HASH = "a".repeat(64);

  @TempDir private Path folder = Path.of("");

  @Test
  void whatIsWrittenComesBack() {
    CheckpointKey key = CheckpointKey.make(folder);
    Checkpoint.Anchor anchor = new Checkpoint.Anchor(3, "b".repeat(64), 1_000, 9_000, 7_000);
    Checkpoint written =
        new Checkpoint(10_000, List.of(new Checkpoint.Head(CHAIN, 6, HASH, 8_000, anchor)));

    byte[] text = CheckpointText.write(written, _ -> "default", key);

    assertThat(CheckpointText.read(text, key.publicKey())).isEqualTo(written);
  }

  @Test
  void aCheckpointOfBeforeAnchorsIsRead() {
    CheckpointKey key = CheckpointKey.make(folder);
    String lines =
        """
        {"checkpoint":"onceonly audit checkpoint 1","at":"2026-05-01T00:00:00Z","at_ms":10000,"chains":1,"public_key":"x"}
        {"namespace":"default","namespace_id":1,"chain":"bot-7","length":6,"head_hash":"%s"}
        """
            .formatted(HASH);
    byte[] signature = key.sign(lines.getBytes(StandardCharsets.UTF_8));
    String text =
        lines + "{\"signature\":\"" + Base64.getEncoder().encodeToString(signature) + "\"}\n";

    assertThat(CheckpointText.read(text.getBytes(StandardCharsets.UTF_8), key.publicKey()))
        .isEqualTo(new Checkpoint(10_000, List.of(new Checkpoint.Head(CHAIN, 6, HASH))));
  }
}
