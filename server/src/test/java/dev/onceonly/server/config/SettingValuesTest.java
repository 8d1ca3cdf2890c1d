package dev.onceonly.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How values are written.
class SettingValuesTest {
  @ParameterizedTest
  @ValueSource(strings = {"80 80", "8080.0", "1e3", "0x1F", "eighty", "٣"})
  void whatIsNoWholeNumberIsRefused(String text) {
    assertThatThrownBy(() -> Settings.of(Map.of("port", text)))
        .isInstanceOf(SettingsException.class)
        .hasMessage("setting port takes a whole number, was '" + text + "'");
  }

  @Test
  void statusCodesAreOfTwo() {
    assertThat(
            Settings.of(Map.of("duplicate_status_code", "409")).behaviour().duplicateStatusCode())
        .isEqualTo(409);
    assertThat(
            Settings.of(Map.of("unavailable_status_code", "429"))
                .behaviour()
                .unavailableStatusCode())
        .isEqualTo(429);
    assertThatThrownBy(() -> Settings.of(Map.of("duplicate_status_code", "404")))
        .hasMessage("setting duplicate_status_code takes one of [200, 409], was '404'");
    assertThatThrownBy(() -> Settings.of(Map.of("unavailable_status_code", "500")))
        .hasMessage("setting unavailable_status_code takes one of [429, 503], was '500'");
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "1, true",
    "yes, true",
    "on, true",
    "false, false",
    "0, false",
    "no, false",
    "off, false"
  })
  void aFlagIsSaidInFourWays(String text, boolean value) {
    assertThat(Settings.of(Map.of("dev", text)).dev()).isEqualTo(value);
    assertThat(Settings.of(Map.of("accept_clock", text)).storage().acceptClock()).isEqualTo(value);
    assertThatThrownBy(() -> Settings.of(Map.of("dev", "maybe")))
        .hasMessage("setting dev takes true or false, was 'maybe'");
  }

  @Test
  void aBlankValueIsNone() {
    assertThat(Settings.of(Map.of("port", " ", "api_key", "", "data", "")))
        .isEqualTo(Settings.of(Map.of()));
    assertThat(Settings.of(Map.of("host", " 0.0.0.0 ")).network().host()).isEqualTo("0.0.0.0");
  }
}
