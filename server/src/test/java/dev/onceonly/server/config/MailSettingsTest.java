package dev.onceonly.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.server.config.MailSettings.Encryption;
import dev.onceonly.server.config.MailSettings.Login;
import dev.onceonly.server.config.MailSettings.StartTls;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailSettingsTest {
  private static final Map<String, String> LEAST =
      Map.of("smtp_host", "mail.example.org", "smtp_from", "onceonly@example.org");

  @Test
  void aHostAndASenderAreEnough() {
    assertThat(of(Map.of()))
        .isEqualTo(
            new MailSettings(
                "mail.example.org",
                587,
                null,
                "onceonly@example.org",
                new Encryption(StartTls.REQUIRED, null),
                10_000));
  }

  @Test
  void aHostNeedsASender() {
    assertThatThrownBy(() -> Settings.of(Map.of("smtp_host", "mail.example.org")))
        .isInstanceOf(SettingsException.class)
        .hasMessage("setting smtp_host needs smtp_from, the sender's address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"onceonly", "Once Only <a@b>", "a@b, c@d", "a@b\nBcc: c@d", "a@b\r\n\r\ntext"})
  void theSenderIsOneAddress(String from) {
    assertThatThrownBy(() -> of(Map.of("smtp_from", from)))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "setting smtp_from takes an address such as onceonly@example.org, was '" + from + "'");
  }

  @ParameterizedTest
  @CsvSource({"off, OFF", "optional, OPTIONAL", "required, REQUIRED"})
  void encryptionIsOneOfThree(String value, StartTls meant) {
    assertThat(of(Map.of("smtp_starttls", value)).encryption().start()).isEqualTo(meant);
    assertThatThrownBy(() -> of(Map.of("smtp_starttls", "true")))
        .hasMessage("setting smtp_starttls takes off, optional or required, was 'true'");
  }

  @Test
  void theLoginIsWholeAndItsPasswordInNoText() {
    Settings settings =
        Settings.of(with(Map.of("smtp_user", "mailer", "smtp_password", "very-secret")));

    assertThat(settings.mail().login()).isEqualTo(new Login("mailer", "very-secret"));
    assertThat(settings.toString()).contains("mailer").doesNotContain("secret");
    for (String half : new String[] {"smtp_user", "smtp_password"}) {
      assertThatThrownBy(() -> of(Map.of(half, "very-secret")))
          .hasMessage("settings smtp_user and smtp_password need each other");
    }
  }

  private static MailSettings of(Map<String, String> more) {
    return Settings.of(with(more)).mail();
  }

  private static Map<String, String> with(Map<String, String> more) {
    Map<String, String> given = new HashMap<>(LEAST);
    given.putAll(more);
    return given;
  }
}
