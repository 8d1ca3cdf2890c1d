package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.service.ToolDispatcher.Order;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Executed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Failed;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is sent, held against an HMAC that is written out from RFC 2104 and the contract's vector.
final class SigningTest {
  private static final String VECTOR =
      "b990f15af64f4eb4280d0be40751f9b9a5f9f659e61ba34694b0c071eb533018";
  private static final String NEXT = "demo-secret-2";
  private static final long SENT_AT = Calls.START.plusSeconds(1).getEpochSecond();

  @TempDir private Path folder;
  private Calls calls;

  @BeforeEach
  void open() {
    calls = new Calls(folder);
  }

  @AfterEach
  void close() {
    calls.close();
  }

  @Test
  void theVectorOfTheContractIsWhatIsSent() {
    RawTool.Received request = sent(null, false, null, null);

    assertThat(request.line()).isEqualTo("POST /tool HTTP/1.1");
    assertThat(request.body()).isEqualTo(Calls.BODY);
    assertThat(request.header("X-OnceOnly-Signature")).isEqualTo(VECTOR);
    assertThat(request.header("X-OnceOnly-Signature-Alg")).isEqualTo("hmac_sha256");
    assertThat(request.header("X-OnceOnly-Timestamp")).isEqualTo(Long.toString(SENT_AT));
    assertThat(request.header("Content-Type")).isEqualTo("application/json");
    assertThat(request.header("Idempotency-Key")).isEqualTo(Calls.KEY);
    assertThat(request.headers()).doesNotContainKeys("x-onceonly-run-id", "x-onceonly-fence");
    assertThat(request.headers()).doesNotContainKeys("cookie", "authorization", "referer");
  }

  @Test
  void theSecondSignatureCoversTheTimeToo() {
    RawTool.Received request = sent(null, false, null, null);

    assertThat(request.header("X-OnceOnly-Signature-V2"))
        .isEqualTo("t=" + SENT_AT + ",v1=" + hmac(Calls.SECRET, SENT_AT + "." + Calls.BODY));
  }

  @Test
  void bothSecretsSignWhileOneIsRotated() {
    RawTool.Received request = sent(NEXT, false, null, null);

    assertThat(request.header("X-OnceOnly-Signature")).isEqualTo(VECTOR);
    assertThat(request.header("X-OnceOnly-Signature-V2"))
        .isEqualTo(
            "t="
                + SENT_AT
                + ",v1="
                + hmac(Calls.SECRET, SENT_AT + "." + Calls.BODY)
                + ",v1="
                + hmac(NEXT, SENT_AT + "." + Calls.BODY));
  }

  @Test
  void aToolMayAskForTheSecondSignatureOnly() {
    RawTool.Received request = sent(null, true, null, null);

    assertThat(request.headers())
        .doesNotContainKeys(
            "x-onceonly-signature", "x-onceonly-signature-alg", "x-onceonly-timestamp");
    assertThat(request.header("X-OnceOnly-Signature-V2")).startsWith("t=" + SENT_AT + ",v1=");
  }

  @Test
  void runAndFenceAreSentWhereKnownAndNoRunIdStartsAHeaderOfItsOwn() {
    RawTool.Received request =
        sent(null, false, "run 1\r\nX-Evil: yes\u00e9", 1_790_000_000_000_123L);

    assertThat(request.header("X-OnceOnly-Run-Id")).isEqualTo("run%201%0D%0AX-Evil:%20yes%C3%A9");
    assertThat(request.header("X-OnceOnly-Fence")).isEqualTo("1790000000000123");
    assertThat(request.headers()).doesNotContainKey("x-evil");
  }

  @Test
  void nothingIsSentWhereTheSecretCanNotBeOpened() {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      ToolRow row = calls.tool(tool.url(), 1_000, 2);
      Order order =
          new Order(
              new ToolKey(8, "global", "mail.send"), row, Calls.BODY, Calls.KEY, 0, null, null);

      assertThat(calls.dispatcher().dispatch(order, new Calls.Counting()))
          .isEqualTo(new Failed(0, null, "secret_unreadable"));
      assertThat(tool.connections()).isZero();
    }
  }

  @Test
  void secretsAreInNoTextForm() {
    Order order = calls.order("https://tools.example.org/", 1_000, 0);
    Signatures signatures = new Signatures(List.of(Calls.SECRET), false);

    assertThat(order.toString()).doesNotContain(Calls.SECRET).doesNotContain(sealed(order));
    assertThat(signatures.toString()).doesNotContain(Calls.SECRET);
  }

  private static String sealed(Order order) {
    return order.row().endpoint().secret().sealed();
  }

  private RawTool.Received sent(
      @Nullable String next, boolean onlyV2, @Nullable String runId, @Nullable Long fence) {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      ToolRow plain = calls.tool(tool.url(), 10_000, 0);
      ToolRow.Secret nextSecret = next == null ? null : calls.sealer().seal(Calls.TOOL, next);
      ToolRow row =
          new ToolRow(
              new ToolRow.Endpoint(tool.url(), plain.endpoint().secret(), nextSecret, onlyV2),
              plain.delivery(),
              true,
              null,
              0);
      Order order = new Order(Calls.TOOL, row, Calls.BODY, Calls.KEY, 0, runId, fence);
      assertThat(calls.dispatcher().dispatch(order, new Calls.Counting()))
          .isInstanceOf(Executed.class);
      return tool.requests().getFirst();
    }
  }

  /// HMAC by its definition: H(K ^ opad, H(K ^ ipad, text)), with keys of at most 64 bytes.
  private static String hmac(String key, String text) {
    byte[] padded = Arrays.copyOf(key.getBytes(StandardCharsets.UTF_8), 64);
    byte[] inner = sha256(xor(padded, 0x36), text.getBytes(StandardCharsets.UTF_8));
    return "%064x".formatted(new BigInteger(1, sha256(xor(padded, 0x5C), inner)));
  }

  private static byte[] xor(byte[] bytes, int pad) {
    byte[] result = bytes.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] ^= (byte) pad;
    }
    return result;
  }

  private static byte[] sha256(byte[] first, byte[] second) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(first);
      return digest.digest(second);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theHmacOfThisTestAgreesWithTheVector() {
    assertThat(hmac(Calls.SECRET, Calls.BODY)).isEqualTo(VECTOR);
  }
}
