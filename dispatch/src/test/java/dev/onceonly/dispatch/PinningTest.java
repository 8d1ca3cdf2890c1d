package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.ToolDispatcher.Outcome.Executed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Failed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every address is checked, and what is called is what was checked.
final class PinningTest {
  @TempDir private Path folder;
  private Calls strict;
  private Calls open;

  @BeforeEach
  void open() {
    strict = new Calls(folder, new UrlRules(new AddressPolicy(false), true, List.of()), null);
    open = new Calls(folder);
  }

  @AfterEach
  void close() {
    strict.close();
    open.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00:ec2::254", "100.64.0.1"})
  void aNameThatLeadsInsideIsRefusedAndNotTriedAgain(String address) {
    strict.name("tools.example.org", address);

    assertThat(strict.call("http://tools.example.org/", 3))
        .isEqualTo(new Failed(1, null, "address_not_allowed"));
    assertThat(strict.lookedUp()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0"})
  void metadataIsRefusedWithEverySetting(String address) {
    open.name("metadata.example.org", address);

    assertThat(open.call("http://metadata.example.org/latest/meta-data/", 0))
        .isEqualTo(new Failed(1, null, "address_not_allowed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]"})
  void aLiteralIsCheckedAtEachCallToo(String host) {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      assertThat(strict.call("http://" + host + ":" + tool.port() + "/", 0))
          .isEqualTo(new Failed(1, null, "address_not_allowed"));
      assertThat(tool.connections()).isZero();
      assertThat(strict.lookedUp()).isEmpty();
    }
  }

  @Test
  void aLiteralInAnOddSpellingReachesWhatWasChecked() {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      for (String host : List.of("127.0.0.1", "2130706433", "0x7f.1", "127.1")) {
        assertThat(open.call("http://" + host + ":" + tool.port() + "/", 0))
            .isEqualTo(new Executed(1, 200, "{}"));
      }
    }
  }

  @Test
  void oneRefusedAddressAmongGoodOnesRefusesTheCall() {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      open.name("mixed.example.org", "127.0.0.1", "169.254.169.254");

      assertThat(open.call("http://mixed.example.org:" + tool.port() + "/", 0))
          .isEqualTo(new Failed(1, null, "address_not_allowed"));
      assertThat(tool.connections()).isZero();
    }
  }

  @Test
  void aNameIsAskedOncePerAttemptSoThatItCanNotChangeInBetween() {
    AtomicInteger asked = new AtomicInteger();
    try (RawTool tool =
        RawTool.answering((number, socket) ->
            RawTool.send(socket, RawTool.answer(number == 1 ? 500 : 200, "")))) {
      open.resolver(host -> {
        asked.incrementAndGet();
        return List.of(InetAddress.ofLiteral("127.0.0.1"));
      });

      assertThat(open.call("http://rebinding.example.org:" + tool.port() + "/", 1))
          .isEqualTo(new Executed(2, 200, "{}"));
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void aNameThatChangesToARefusedAddressIsRefusedAtTheNextCallAlthoughAConnectionIsKept() {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      String url = "http://rebinding.example.org:" + tool.port() + "/";
      open.name("rebinding.example.org", "127.0.0.1");
      assertThat(open.call(url, 0)).isEqualTo(new Executed(1, 200, "{}"));

      open.name("rebinding.example.org", "169.254.169.254");

      assertThat(open.call(url, 0)).isEqualTo(new Failed(1, null, "address_not_allowed"));
      assertThat(tool.requests()).hasSize(1);
    }
  }

  @Test
  void aNameThatMovesIsCalledAtItsNewAddress() throws IOException {
    try (RawTool before = RawTool.answeringAlways(RawTool.ok("{\"at\":1}"));
        RawTool after =
            RawTool.serving(
                RawTool.answersOf((_, socket) -> RawTool.send(socket, RawTool.ok("{\"at\":2}"))),
                new ServerSocket(before.port(), 50, InetAddress.ofLiteral("127.0.0.2")))) {
      String url = "http://moving.example.org:" + before.port() + "/";
      open.name("moving.example.org", "127.0.0.1");
      assertThat(open.call(url, 0)).isEqualTo(new Executed(1, 200, "{\"at\":1}"));

      open.name("moving.example.org", "127.0.0.2");

      assertThat(open.call(url, 0)).isEqualTo(new Executed(1, 200, "{\"at\":2}"));
      assertThat(after.requests()).hasSize(1);
    }
  }

  @Test
  void theNextOfSeveralAddressesIsTriedWhereOneRefuses() throws IOException {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      open.name("several.example.org", "127.0.0.3", "127.0.0.1");

      assertThat(open.call("http://several.example.org:" + tool.port() + "/", 0))
          .isEqualTo(new Executed(1, 200, "{}"));
      assertThat(tool.requests().getFirst().header("Host"))
          .isEqualTo("several.example.org:" + tool.port());
    }
  }

  @Test
  void anUnknownNameIsRepeatedAndThenACertainFailure() {
    assertThat(open.call("http://nowhere.example.org/", 1))
        .isEqualTo(new Failed(2, null, "host not found"));
    assertThat(open.lookedUp()).hasSize(2);
  }

  @Test
  void aLookUpThatNeverEndsIsBoundedByTheTimeout() {
    CountDownLatch never = new CountDownLatch(1);
    open.resolver(host -> {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return List.of();
    });

    assertThat(open.call("http://slow.example.org/", 300, 0))
        .isEqualTo(new Failed(1, null, "host look-up timed out"));
    never.countDown();
  }

  @Test
  void aUrlThatSettingsForbidByNowIsNotCalled() {
    try (Calls listed =
        new Calls(
            folder,
            new UrlRules(new AddressPolicy(true), false, List.of("tools.example.org")),
            null)) {
      assertThat(listed.call("http://tools.example.org/", 0))
          .isEqualTo(
              new Failed(
                  0,
                  null,
                  "url_not_allowed: it must be https; plain http needs the setting"
                      + " tools_allow_http"));
      assertThat(listed.call("https://other.example.org/", 0)).isInstanceOf(Failed.class);
      assertThat(listed.lookedUp()).isEmpty();
    }
  }

  @Test
  void noProxyIsTakenFromTheProcess() {
    String before = System.setProperty("http.proxyHost", "127.0.0.9");
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      System.setProperty("http.nonProxyHosts", "");
      assertThat(open.call(tool.url(), 0)).isEqualTo(new Executed(1, 200, "{}"));
    } finally {
      System.clearProperty("http.nonProxyHosts");
      if (before == null) {
        System.clearProperty("http.proxyHost");
      } else {
        System.setProperty("http.proxyHost", before);
      }
    }
  }
}
