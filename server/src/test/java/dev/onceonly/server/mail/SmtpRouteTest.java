package dev.onceonly.server.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailKey.Kind;
import dev.onceonly.server.config.MailSettings;
import dev.onceonly.server.config.MailSettings.Login;
import dev.onceonly.server.config.MailSettings.StartTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Login, encryption and refusals, as mail servers have them.
class SmtpRouteTest {
  private static final Login LOGIN = new Login("mailer", "very-secret");

  @TempDir private Path folder = Path.of("");
  private final MailFixture fixture = new MailFixture();
  private final MailKey key = fixture.write(Kind.TOOL_ERROR, "tool a");

  @Test
  void theRightLoginIsLetIn() {
    try (GreenMailServer server = GreenMailServer.withUser("mailer", "very-secret")) {
      sender(server.port(), LOGIN, StartTls.OFF, null).round();

      assertThat(server.letters()).hasSize(1);
      assertThat(fixture.row(key).nextAtMs()).isNull();
    }
  }

  @Test
  void aWrongLoginIsTriedAgainLater() {
    try (GreenMailServer server = GreenMailServer.withUser("mailer", "another")) {
      sender(server.port(), LOGIN, StartTls.OFF, null).round();

      assertThat(server.letters()).isEmpty();
      assertTriedAgainLater();
    }
  }

  @Test
  void whereEncryptionIsRequiredNothingIsSaidWithoutIt() {
    try (ScriptedSmtp server = new ScriptedSmtp(null)) {
      sender(server.port(), LOGIN, StartTls.REQUIRED, null).round();

      assertThat(server.letters).isEmpty();
      assertThat(server.said).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
      assertTriedAgainLater();
    }
    try (GreenMailServer server = GreenMailServer.start()) {
      fixture.time.advanceMs(60_000);
      sender(server.port(), null, StartTls.REQUIRED, null).round();

      assertThat(server.letters()).isEmpty();
      assertThat(fixture.row(key).attempts()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"REQUIRED", "OPTIONAL"})
  void loginAndLetterGoOverTheEncryptedConnection(StartTls startTls) {
    SSLContext tls = TestTls.context(folder, "127.0.0.1");
    try (ScriptedSmtp server = new ScriptedSmtp(tls)) {
      sender(server.port(), LOGIN, startTls, tls).round();

      assertThat(server.letters).hasSize(1);
      List<String> said = server.said.stream().map(line -> line.split(" ", 2)[0]).toList();
      assertThat(said)
          .containsSubsequence("EHLO", "STARTTLS", "TLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA");
      assertThat(said.indexOf("AUTH")).isGreaterThan(said.indexOf("TLS"));
      assertThat(fixture.row(key).nextAtMs()).isNull();
    }
  }

  @Test
  void aServerWhoseCertificateNobodyKnowsGetsNothing() {
    SSLContext tls = TestTls.context(folder, "127.0.0.1");
    try (ScriptedSmtp server = new ScriptedSmtp(tls)) {
      sender(server.port(), LOGIN, StartTls.REQUIRED, null).round();

      assertThat(server.letters).isEmpty();
      assertThat(server.said).noneMatch(line -> line.startsWith("AUTH"));
      assertTriedAgainLater();
    }
  }

  @Test
  void aServerWhoseAuthorityTheSettingsNameGetsTheLetter() throws Exception {
    SSLContext tls = TestTls.context(folder, "127.0.0.1");
    MailSettings.Encryption encryption =
        new MailSettings.Encryption(StartTls.REQUIRED, TestTls.pem(folder));
    try (ScriptedSmtp server = new ScriptedSmtp(tls)) {
      MailSettings settings =
          new MailSettings("127.0.0.1", server.port(), LOGIN, MailFixture.FROM, encryption, 5_000);
      fixture.sender(settings, SmtpTrust.of(encryption.caFile())).round();

      assertThat(server.letters).hasSize(1);
      assertThat(fixture.row(key).nextAtMs()).isNull();
    }
  }

  @Test
  void aServerWhoseAuthorityTheSettingsDoNotNameGetsNothing() throws Exception {
    Path others = Files.createDirectory(folder.resolve("others"));
    TestTls.context(others, "127.0.0.1");
    SSLContext tls = TestTls.context(folder, "127.0.0.1");
    try (ScriptedSmtp server = new ScriptedSmtp(tls)) {
      MailSettings settings = MailFixture.settings(server.port(), LOGIN, StartTls.REQUIRED);
      fixture.sender(settings, SmtpTrust.of(TestTls.pem(others))).round();

      assertThat(server.letters).isEmpty();
      assertThat(server.said).noneMatch(line -> line.startsWith("AUTH"));
    }
  }

  @Test
  void aServerWhoseCertificateIsAnothersGetsNothing() {
    SSLContext tls = TestTls.context(folder, "127.0.0.2");
    try (ScriptedSmtp server = new ScriptedSmtp(tls)) {
      sender(server.port(), LOGIN, StartTls.REQUIRED, tls).round();

      assertThat(server.letters).isEmpty();
      assertThat(server.said).noneMatch(line -> line.startsWith("AUTH"));
      assertTriedAgainLater();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RCPT", "DATA", "."})
  void aRefusalForGoodIsNotAskedForAgain(String command) {
    try (ScriptedSmtp server = new ScriptedSmtp(null).answer(command, "550 5.1.1 nobody here")) {
      sender(server.port(), null, StartTls.OFF, null).round();

      assertThat(fixture.row(key).attempts()).isZero();
      assertThat(fixture.row(key).nextAtMs()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MAIL", "RCPT", "."})
  void aRefusalForNowIsAskedForAgain(String command) {
    try (ScriptedSmtp server = new ScriptedSmtp(null).answer(command, "451 4.7.1 come back")) {
      sender(server.port(), null, StartTls.OFF, null).round();

      assertTriedAgainLater();
    }
  }

  @Test
  void aSenderThatIsRefusedIsAnOperatorsToPutRight() {
    try (ScriptedSmtp server = new ScriptedSmtp(null).answer("MAIL", "550 5.7.1 not you")) {
      sender(server.port(), null, StartTls.OFF, null).round();

      assertTriedAgainLater();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EHLO", "MAIL", "RCPT", "."})
  void aConnectionThatIsCutIsTriedAgainAndTheNextLetterHasANewOne(String command) {
    fixture.accounts.createNamespace("other", null, "other@example.com");
    MailKey second = fixture.write(2, Kind.TOOL_ERROR, "tool a", "text");
    try (ScriptedSmtp server = new ScriptedSmtp(null).answer(command, ScriptedSmtp.HANG_UP)) {
      sender(server.port(), null, StartTls.OFF, null).round();

      assertTriedAgainLater();
      assertThat(fixture.row(second).attempts()).isEqualTo(1);
      server.answer(command, "250 ok");
      fixture.time.advanceMs(60_000);
      server.letters.clear();
      sender(server.port(), null, StartTls.OFF, null).round();
      assertThat(server.letters).hasSize(2);
    }
  }

  @Test
  void oneRefusedRecipientHoldsUpNoOther() {
    fixture.accounts.createNamespace("other", null, "other@example.com");
    MailKey second = fixture.write(2, Kind.TOOL_ERROR, "tool a", "text");
    try (ScriptedSmtp server =
        new ScriptedSmtp(null).refuseRecipient(MailFixture.TO, "550 5.1.1 nobody here")) {
      sender(server.port(), null, StartTls.OFF, null).round();

      assertThat(server.letters).hasSize(1);
      assertThat(fixture.row(key).attempts()).isZero();
      assertThat(fixture.row(key).nextAtMs()).isNull();
      assertThat(fixture.row(second).attempts()).isEqualTo(1);
      assertThat(fixture.row(second).nextAtMs()).isNull();
    }
  }

  @Test
  void whatGoesOverTheWireHasOneHeaderOfEach() {
    fixture.write(Kind.RUN_FAILURE, "x\r\nBcc: evil@example.com\r\n\r\nbody " + "y".repeat(2_000));
    try (ScriptedSmtp server = new ScriptedSmtp(null)) {
      sender(server.port(), null, StartTls.OFF, null).round();

      assertThat(server.letters).hasSize(2);
      String letter = server.letters.getLast();
      String head = letter.substring(0, letter.indexOf("\n\n"));
      assertThat(head.lines().filter(line -> !line.startsWith(" ")))
          .map(line -> line.split(":", 2)[0])
          .containsExactlyInAnyOrder(
              "Date",
              "From",
              "To",
              "Message-ID",
              "Subject",
              "MIME-Version",
              "Content-Type",
              "Content-Transfer-Encoding",
              "Auto-Submitted");
      assertThat(letter.lines()).allMatch(line -> line.length() <= 998);
      assertThat(server.said).filteredOn(line -> line.startsWith("RCPT")).hasSize(2);
    }
  }

  private MailSender sender(
      int port, @Nullable Login login, StartTls startTls, @Nullable SSLContext trust) {
    MailSettings settings = MailFixture.settings(port, login, startTls);
    return fixture.sender(settings, trust == null ? null : trust.getSocketFactory());
  }

  private void assertTriedAgainLater() {
    assertThat(fixture.row(key).attempts()).isEqualTo(1);
    assertThat(fixture.row(key).nextAtMs())
        .isEqualTo(fixture.time.now().plusSeconds(60).toEpochMilli());
  }
}
