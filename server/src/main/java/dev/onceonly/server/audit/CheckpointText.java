package dev.onceonly.server.audit;

import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.Checkpoint;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.json.JsonRefused;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A signed checkpoint as a text: JSON lines, the first of which says what it is, then one for each
/// chain, and a last one with the signature over the bytes of all lines before it.
public final class CheckpointText {
  private static final String TITLE = "onceonly audit checkpoint 2";

  /// Of before anchors and instants were kept: they are compared as far as they go.
  private static final String OLD_TITLE = "onceonly audit checkpoint 1";

  private static final String NO_CHECKPOINT = "this is not a checkpoint of OnceOnly's: ";

  private static final int SIGNATURE_BYTES = 64;
  private static final long NOT_KEPT = -1;

  private CheckpointText() {}

  record TitleLine(String checkpoint, String at, long atMs, int chains, String publicKey) {}

  record HeadLine(
      String namespace,
      long namespaceId,
      String chain,
      long length,
      String headHash,
      long headAtMs,
      Checkpoint.@Nullable Anchor anchor) {}

  record SignatureLine(String signature) {}

  /// Writes and signs.
  ///
  /// @param namespaceNames by id
  public static byte[] write(
      Checkpoint checkpoint, LongFunction<String> namespaceNames, CheckpointKey key) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    long atMs = checkpoint.atMs();
    addLine(
        text,
        new TitleLine(
            TITLE,
            Instant.ofEpochMilli(atMs).toString(),
            atMs,
            checkpoint.heads().size(),
            key.publicKey().toText()));
    for (Checkpoint.Head head : checkpoint.heads()) {
      ChainKey chain = head.chain();
      addLine(
          text,
          new HeadLine(
              namespaceNames.apply(chain.namespaceId()),
              chain.namespaceId(),
              chain.chain(),
              head.number(),
              head.hash(),
              head.atMs(),
              head.anchor()));
    }
    String signature = Base64.getEncoder().encodeToString(key.sign(text.toByteArray()));
    addLine(text, new SignatureLine(signature));
    return text.toByteArray();
  }

  private static void addLine(ByteArrayOutputStream text, Object line) {
    text.writeBytes(Json.write(line));
    text.write('\n');
  }

  /// Reads a checkpoint whose signature is genuine.
  ///
  /// @param key which must have signed it; the one that stands in the text proves nothing
  /// @throws AccountException for another text, or another signature
  public static Checkpoint read(byte[] text, CheckpointPublicKey key) {
    int last = lastLine(text);
    byte[] signed = Arrays.copyOf(text, last);
    if (!key.hasSigned(signed, signature(text, last))) {
      throw new AccountException(
          "the checkpoint was not signed with this key, or was changed since");
    }
    List<String> lines = new String(signed, StandardCharsets.UTF_8).lines().toList();
    try {
      JsonNode title = line(lines.getFirst());
      String says = title.path("checkpoint").asString("");
      if (!says.equals(TITLE) && !says.equals(OLD_TITLE)) {
        throw new AccountException(NO_CHECKPOINT + "its first line says something else");
      }
      List<Checkpoint.Head> heads = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        heads.add(head(line(line)));
      }
      return new Checkpoint(title.path("at_ms").longValue(), heads);
    } catch (JsonRefused e) {
      throw new AccountException(NO_CHECKPOINT + "a line is no JSON");
    }
  }

  private static Checkpoint.Head head(JsonNode line) {
    return new Checkpoint.Head(
        new ChainKey(line.path("namespace_id").longValue(), line.path("chain").asString("")),
        line.path("length").longValue(),
        line.path("head_hash").asString(""),
        line.path("head_at_ms").longValue(NOT_KEPT),
        anchor(line.path("anchor")));
  }

  private static Checkpoint.@Nullable Anchor anchor(JsonNode line) {
    return line.isObject()
        ? new Checkpoint.Anchor(
            line.path("number").longValue(NOT_KEPT),
            line.path("hash").asString(""),
            line.path("at_ms").longValue(NOT_KEPT),
            line.path("removed_at_ms").longValue(NOT_KEPT),
            line.path("kept_ms").longValue(NOT_KEPT))
        : null;
  }

  private static byte[] signature(byte[] text, int start) {
    try {
      String line = new String(text, start, text.length - start, StandardCharsets.UTF_8);
      byte[] signature = Base64.getDecoder().decode(line(line).path("signature").asString(""));
      if (signature.length == SIGNATURE_BYTES) {
        return signature;
      }
    } catch (JsonRefused | IllegalArgumentException e) {
      throw new AccountException(NO_CHECKPOINT + "its last line is not a signature");
    }
    throw new AccountException(NO_CHECKPOINT + "its last line is not a signature");
  }

  private static JsonNode line(String line) {
    return Json.read(line.getBytes(StandardCharsets.UTF_8));
  }

  /// Where the last line starts; blank lines after it are left out of account.
  private static int lastLine(byte[] text) {
    int end = text.length;
    while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
      end--;
    }
    while (end > 0 && text[end - 1] != '\n') {
      end--;
    }
    return end;
  }
}
