package dev.onceonly.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.error.DispatchVerificationException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What the scenarios of dispatches can't say: the ways in which Java gives headers.
final class DispatchTest {
  private static final byte[] BODY =
      "{\"tool\":\"mail.send\",\"agent_id\":\"a1\",\"args\":{\"to\":\"x@example.org\"}}"
          .getBytes(UTF_8);
  private static final String SIGNATURE =
      "decbc8fe767b14d54adfdbcfdf47146ef384ae7b9caa270fd0b39efbb92a555f";
  private static final String HEADER = "t=1777622400,v1=" + SIGNATURE;
  private static final List<String> SECRET = List.of("demo-secret-1");

  private static void then(VerifyOptions options) {
    options.now(Instant.ofEpochSecond(1_777_622_400));
  }

  @Test
  void headersMayBeAFunctionAsOfAServlet() {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("x-onceonly-signature-v2", HEADER);
    Dispatch dispatch = Dispatch.verify(BODY, headers::get, SECRET, DispatchTest::then);
    assertThat(dispatch.tool()).isEqualTo("mail.send");
    assertThat(dispatch.args()).containsExactlyEntriesOf(Map.of("to", "x@example.org"));
    assertThat(dispatch.fence()).isNull();
    assertThat(dispatch.raw()).containsKeys("tool", "agent_id", "args");
  }

  @Test
  void headersMayBeListsOfTexts() {
    Map<String, List<String>> headers = Map.of("X-ONCEONLY-SIGNATURE-V2", List.of(HEADER));
    assertThat(Dispatch.verify(BODY, headers, SECRET, DispatchTest::then).agentId())
        .isEqualTo("a1");
  }

  @Test
  void whatIsRefusedShowsNoSignatureThatWouldHaveFitted() {
    Map<String, String> headers =
        Map.of("X-OnceOnly-Signature-V2", "t=1777622400,v1=" + "0".repeat(64));
    assertThatThrownBy(() -> Dispatch.verify(BODY, headers, SECRET, DispatchTest::then))
        .isInstanceOf(DispatchVerificationException.class)
        .hasMessageNotContaining(SIGNATURE)
        .hasMessageNotContaining("demo-secret-1")
        .hasNoCause();
  }

  @Test
  void oneSecretIsEnoughAndNoneIsRefused() {
    Map<String, String> headers = Map.of("X-OnceOnly-Signature-V2", HEADER);
    assertThatThrownBy(() -> Dispatch.verify(BODY, headers, "demo-secret-1"))
        .isInstanceOf(DispatchVerificationException.class)
        .hasMessageContaining("s from now");
    assertThatThrownBy(() -> Dispatch.verify(BODY, headers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("secrets must not be empty");
  }
}
