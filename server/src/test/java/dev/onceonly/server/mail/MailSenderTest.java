package dev.onceonly.server.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailKey.Kind;
import dev.onceonly.core.notify.MailTries;
import dev.onceonly.core.step.Change;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.FreeStep;
import dev.onceonly.testkit.RefusingStore;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the sender sends, to a real mail server, and what it does when that fails.
class MailSenderTest {
  private final MailFixture fixture = new MailFixture();
  private GreenMailServer server = GreenMailServer.start();

  @AfterEach
  void stopTheServer() {
    server.close();
  }

  @Test
  void aMailIsDeliveredOnce() throws MessagingException, IOException {
    MailKey key = fixture.write(Kind.TOOL_ERROR, "tool mail.send");
    MailSender sender = fixture.sender(server.port());

    assertThat(sender.round()).isEqualTo(1);
    assertThat(sender.round()).isZero();
    fixture.time.advance(Duration.ofHours(3));
    assertThat(sender.round()).isZero();

    assertThat(server.letters()).hasSize(1);
    MimeMessage letter = server.letters().getFirst();
    assertThat(letter.getSubject()).isEqualTo("[OnceOnly] Tool error: tool mail.send");
    assertThat(GreenMailServer.header(letter, "To")).isEqualTo(MailFixture.TO);
    assertThat(GreenMailServer.header(letter, "From")).isEqualTo(MailFixture.FROM);
    assertThat(GreenMailServer.header(letter, "Auto-Submitted")).isEqualTo("auto-generated");
    assertThat(GreenMailServer.header(letter, "Message-ID"))
        .matches("<[0-9a-f]{40}\\.onceonly@example\\.net>");
    assertThat(letter.getContentType()).isEqualToIgnoringCase("text/plain; charset=UTF-8");
    assertThat(letter.getContent().toString().replace("\r\n", "\n"))
        .contains(
            "Tool error in namespace default.",
            "What:  tool mail.send\n",
            "When:  2026-11-26T10:00:00Z\n",
            "\nit went wrong\n",
            "Where to look: GET /v1/calls",
            "tool_error_notifications_enabled");
    assertThat(fixture.row(key).attempts()).isEqualTo(1);
    assertThat(fixture.row(key).nextAtMs()).isNull();
  }

  @Test
  void manyAreSentInRounds() {
    for (int i = 0; i < 120; i++) {
      fixture.write(Kind.RUN_FAILURE, "run " + i);
    }
    MailSender sender = fixture.sender(server.port());

    assertThat(List.of(sender.round(), sender.round(), sender.round(), sender.round()))
        .containsExactly(50, 50, 20, 0);
    assertThat(server.letters()).hasSize(120);
    assertThat(server.messageIds()).doesNotHaveDuplicates();
  }

  @Test
  void whatWasSentIsKeptAtTheLatestWhenTheSenderStops() {
    MailKey key = fixture.write(Kind.TOOL_ERROR, "tool a");
    RefusingStore refusing = new RefusingStore(fixture.store);
    refusing.refuse("Settle", ErrorCode.STORAGE_UNAVAILABLE, 1);
    MailSender sender = fixture.sender(server.port(), refusing.store());
    sender.start();
    Await.until(() -> refusing.refused() == 1);
    assertThat(fixture.row(key).nextAtMs()).isNotNull();

    sender.close();

    assertThat(fixture.row(key).nextAtMs()).isNull();
    assertThat(fixture.sender(server.port()).round()).isZero();
    assertThat(server.letters()).hasSize(1);
  }

  @Test
  void whatCantBeSentIsTriedAgainUntilTheServerIsUp() {
    MailKey key = fixture.write(Kind.TOOL_ERROR, "tool a");
    fixture.write(Kind.TOOL_ERROR, "tool b");
    int port = server.port();
    server.close();
    MailSender sender = fixture.sender(port);

    assertThat(sender.round()).isEqualTo(2);
    assertThat(fixture.row(key).attempts()).isEqualTo(1);
    assertThat(fixture.row(key).nextAtMs())
        .isEqualTo(fixture.time.now().plusSeconds(60).toEpochMilli());
    fixture.time.advanceMs(59_999);
    assertThat(sender.round()).isZero();
    server = GreenMailServer.on(port);
    fixture.time.advanceMs(1);
    assertThat(sender.round()).isEqualTo(2);

    assertThat(server.letters()).hasSize(2);
    assertThat(fixture.row(key).attempts()).isEqualTo(2);
    assertThat(fixture.row(key).nextAtMs()).isNull();
    assertThat(fixture.figure("onceonly_mail_failures_total")).isEqualTo(2);
    assertThat(fixture.figure("onceonly_mails_total{outcome=\"sent\"}")).isEqualTo(2);
    assertThat(fixture.figure("onceonly_mails_total{outcome=\"given_up\"}")).isZero();
  }

  @Test
  void aMailIsGivenUpAfterEightTries() {
    MailKey key = fixture.write(Kind.TOOL_ERROR, "tool a");
    MailSender sender = fixture.sender(GreenMailServer.freePort());
    int tries = 0;
    for (int minute = 0; minute < 24 * 60; minute++) {
      tries += sender.round();
      fixture.time.advance(Duration.ofMinutes(1));
    }

    assertThat(tries).isEqualTo(MailTries.MAX);
    assertThat(fixture.row(key).attempts()).isEqualTo(MailTries.MAX);
    assertThat(fixture.row(key).nextAtMs()).isNull();
    assertThat(fixture.figure("onceonly_mail_failures_total")).isEqualTo(MailTries.MAX);
    assertThat(fixture.figure("onceonly_mails_total{outcome=\"given_up\"}")).isEqualTo(1);
  }

  @Test
  void aMailThatIsADayOldIsDropped() {
    MailKey key = fixture.write(Kind.TOOL_ERROR, "tool a");
    fixture.time.advance(Duration.ofDays(1));

    assertThat(fixture.sender(server.port()).round()).isEqualTo(1);

    assertThat(server.letters()).isEmpty();
    assertThat(fixture.row(key).attempts()).isZero();
    assertThat(fixture.row(key).nextAtMs()).isNull();
    assertThat(fixture.figure("onceonly_mails_total{outcome=\"unwanted\"}")).isEqualTo(1);
    assertThat(fixture.figure("onceonly_mail_failures_total")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "true,  true,  true,  TOOL_ERROR RUN_FAILURE PLAN_LIMIT",
    "true,  false, true,  RUN_FAILURE PLAN_LIMIT",
    "true,  true,  false, TOOL_ERROR PLAN_LIMIT",
    "true,  false, false, PLAN_LIMIT",
    "false, true,  true,  ''"
  })
  void onlyWhatTheNamespaceWantsIsSent(
      boolean email, boolean toolErrors, boolean runFailures, String sent) {
    fixture.want(email, toolErrors, runFailures);
    for (Kind kind : Kind.values()) {
      fixture.write(kind, kind.name());
    }

    assertThat(fixture.sender(server.port()).round()).isEqualTo(3);
    assertThat(fixture.sender(server.port()).round()).isZero();

    assertThat(
            server.letters().stream()
                .map(letter -> GreenMailServer.header(letter, "Subject"))
                .map(subject -> subject.substring(subject.lastIndexOf(' ') + 1)))
        .containsExactlyInAnyOrder(sent.isEmpty() ? new String[0] : sent.split(" "));
  }

  @Test
  void withoutAnAddressNothingIsSent() {
    fixture.accounts.setEmail("default", null);
    fixture.write(Kind.TOOL_ERROR, "tool a");
    MailKey unknown = fixture.write(99, Kind.TOOL_ERROR, "tool a", "of no namespace");

    assertThat(fixture.sender(server.port()).round()).isEqualTo(2);
    assertThat(fixture.sender(server.port()).round()).isZero();

    assertThat(server.letters()).isEmpty();
    assertThat(fixture.row(unknown).nextAtMs()).isNull();
  }

  @Test
  void eachNamespaceGetsItsOwn() {
    fixture.accounts.createNamespace("other", null, "other@example.com");
    fixture.write(2, Kind.TOOL_ERROR, "tool a", "text");

    fixture.sender(server.port()).round();

    assertThat(GreenMailServer.header(server.letters().getFirst(), "To"))
        .isEqualTo("other@example.com");
  }

  @Test
  void aRepeatAfterACrashHasTheSameMessageId() {
    MailKey key = fixture.write(Kind.TOOL_ERROR, "tool a");
    MailSender dying = fixture.sender(server.port());
    fixture.store.setTroubles("the process dies between sending and keeping that");
    assertThatThrownBy(dying::round).isInstanceOf(Failure.class);
    fixture.store.setTroubles(null);

    fixture.sender(server.port()).round();

    assertThat(server.letters()).hasSize(2);
    assertThat(server.messageIds().get(0)).isEqualTo(server.messageIds().get(1));
    assertThat(fixture.row(key).nextAtMs()).isNull();
  }

  @Test
  void whatOneProcessHasSentItDoesNotSendAgain() {
    MailKey key = fixture.write(Kind.TOOL_ERROR, "tool a");
    MailSender sender = fixture.sender(server.port());
    fixture.store.setTroubles("no writes for now");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(sender::round).isInstanceOf(Failure.class);
    }
    fixture.store.setTroubles(null);

    sender.round();

    assertThat(server.letters()).hasSize(1);
    assertThat(fixture.row(key).attempts()).isEqualTo(1);
    assertThat(fixture.row(key).nextAtMs()).isNull();
  }

  @Test
  void whatSomebodyElseHasSettledStaysSo() {
    MailKey key = fixture.write(Kind.TOOL_ERROR, "tool a");
    MailSender first = fixture.sender(server.port());
    fixture.store.setTroubles("slow");
    assertThatThrownBy(first::round).isInstanceOf(Failure.class);
    fixture.store.setTroubles(null);
    fixture.sender(server.port()).round();

    first.round();

    assertThat(fixture.row(key).attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'run\r\nBcc: evil@example.com'",
    "'run\nBcc: evil@example.com\n\nanother body'",
    "'run\rSubject: other'",
    "'run\u2028Bcc: evil@example.com'",
    "'run\u0085X-Evil: 1'",
    "'run \u202egnihtemos'",
    "'run \u0000\u0007\u001b[31m'",
    "'run =?UTF-8?Q?=0D=0ABcc:_evil@example.com?='",
    "'läuft 🦉\r\n.\r\nQUIT'"
  })
  void whatUsersNamedStaysWithinTheSubject(String subject) throws MessagingException, IOException {
    fixture.write(1, Kind.RUN_FAILURE, subject, "text of " + subject + "\r\n.\r\nQUIT");

    assertThat(fixture.sender(server.port()).round()).isEqualTo(1);

    assertThat(server.letters()).hasSize(1);
    MimeMessage letter = server.letters().getFirst();
    assertThat(letter.getAllRecipients()).hasSize(1);
    assertThat(List.of("Bcc", "Cc", "X-Evil"))
        .allSatisfy(name -> assertThat(GreenMailServer.header(letter, name)).isEmpty());
    assertThat(letter.getHeader("Subject")).hasSize(1);
    assertThat(letter.getSubject())
        .startsWith("[OnceOnly] Run failed: ")
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\u2028\u2029]");
    assertThat(letter.getContent().toString())
        .contains("QUIT", "run_failure_notifications_enabled")
        .doesNotContain("\u202e", "\u0000", "\u001b");
  }

  @Test
  void anAddressThatBecameUnusableIsNotWrittenTo() {
    // What an older version let in.
    Namespace namespace = fixture.accounts.namespace("default");
    fixture.store.run(
        FreeStep.saving(
            new Change<>(
                new NamespaceKey("default"),
                namespace.withEmail("ops@example.org\r\nBcc: evil@example.com"))));
    fixture.accounts.setPlan("default", "pro");
    fixture.write(Kind.TOOL_ERROR, "tool a");

    assertThat(fixture.sender(server.port()).round()).isEqualTo(1);

    assertThat(server.letters()).isEmpty();
  }
}
