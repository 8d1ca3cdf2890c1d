package dev.onceonly.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Secrets that stand in files of their own.
class SecretFileTest {
  private static final String KEY = "once_live_key_of_a_file";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {KEY, KEY + "\n", KEY + "\r\n"})
  void oneLineEndIsNoPartOfTheSecret(String text) throws IOException {
    Path file = secret("key", text);

    Settings settings = Settings.of(Map.of("api_key_file", file.toString()));

    assertThat(settings.apiKey()).isEqualTo(KEY);
    assertThat(settings.readings().warnings()).isEmpty();
    assertThat(settings.toString() + settings.readings()).doesNotContain(KEY);
  }

  @Test
  void theRestOfAPasswordIsAsItStands() throws IOException {
    Path file = secret("password", " a b#\\ \n\n");
    Settings settings =
        Settings.of(
            Map.of(
                "smtp_host", "mail.example.org",
                "smtp_from", "a@example.org",
                "smtp_user", "u",
                "smtp_password_file", file.toString()));

    assertThat(Objects.requireNonNull(settings.mail().login()).password()).isEqualTo(" a b#\\ \n");
  }

  @Test
  void ofTwoInOnePlaceNoneIsTaken() throws IOException {
    Path file = secret("key", KEY);

    assertThatThrownBy(() ->
            Settings.of(
                Map.of("api_key", "once_live_another_key", "api_key_file", file.toString())))
        .isInstanceOf(SettingsException.class)
        .hasMessage("settings api_key and api_key_file are one too many: give one");
  }

  @Test
  void ofTwoInDifferentPlacesTheUsualOneWins() throws IOException {
    Path file = secret("key", KEY);
    Path config =
        secret("onceonly.conf", "api_key_file = " + file + "\nsmtp_user = u\nsmtp_password = p\n");

    Given byVariable =
        SettingsFiles.collect(
            Map.of(), Map.of("ONCEONLY_API_KEY", "once_live_another_key"), config);
    Given byOption =
        SettingsFiles.collect(
            Map.of("api_key_file", file.toString()),
            Map.of("ONCEONLY_API_KEY", "once_live_another_key"),
            null);

    assertThat(Settings.of(byVariable).apiKey()).isEqualTo("once_live_another_key");
    assertThat(Settings.of(byOption).apiKey()).isEqualTo(KEY);
  }

  @Test
  void aFileWithoutASecretIsRefused() throws IOException {
    assertRefused(folder.resolve("missing"), "there is no such file");
    assertRefused(folder, "Is a directory");
    assertRefused(secret("empty", "\n"), "it is empty");
    assertRefused(secret("large", "x".repeat(4_097)), "it has more than 4096 bytes");
  }

  @Test
  void aSecretOnTheCommandLineIsWarnedOf() {
    Settings settings = Settings.of(SettingsFiles.collect(Map.of("api_key", KEY), Map.of(), null));

    assertThat(settings.readings().warnings())
        .containsExactly(
            "setting api_key stands on the command line, which others on this machine can read: use"
                + " api_key_file");
  }

  private static void assertRefused(Path file, String why) {
    assertThatThrownBy(() -> Settings.of(Map.of("api_key_file", file.toString())))
        .isInstanceOf(SettingsException.class)
        .hasMessage("setting api_key_file takes a file with a secret, was '" + file + "': " + why);
  }

  private Path secret(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
