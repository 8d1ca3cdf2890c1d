package dev.onceonly.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EmailAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ops@example.org",
        "o@e",
        "first.last+tag@mail.example.co.uk",
        "!#$%&'*+/=?^_`{|}~-@example.org",
        "ops@xn--bcher-kva.example",
        "ops@localhost"
      })
  void oneAddressIsUsable(String text) {
    assertThat(EmailAddress.isUsable(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "ops",
        "ops@",
        "@example.org",
        "ops@@example.org",
        ".ops@example.org",
        "o..ps@example.org",
        "ops.@example.org",
        "ops@-example.org",
        "ops@example-.org",
        "ops@example..org",
        "ops@example.org.",
        "ops @example.org",
        "ops@example.org ",
        "ops@example.org\n",
        "ops@example.org\r\nBcc: all@example.org",
        "ops@example.org,all@example.org",
        "ops@example.org;all@example.org",
        "Ops <ops@example.org>",
        "\"ops\"@example.org",
        "ops@[127.0.0.1]",
        "öps@example.org",
        "ops@exämple.org",
        "ops@example.org\u0000"
      })
  void nothingElseIs(String text) {
    assertThat(EmailAddress.isUsable(text)).isFalse();
  }

  @Test
  void itsLengthIsBounded() {
    String local = "a".repeat(64);
    assertThat(EmailAddress.isUsable(local + "@example.org")).isTrue();
    assertThat(EmailAddress.isUsable(local + "a@example.org")).isFalse();
    String label = "b".repeat(62);
    String longest = local + "@" + label + "." + label + "." + label + "b";
    assertThat(longest).hasSize(EmailAddress.LENGTH_MAX);
    assertThat(EmailAddress.isUsable(longest)).isTrue();
    String tooLong = local + "@" + label + "." + label + "." + label + ".b";
    assertThat(tooLong).hasSize(EmailAddress.LENGTH_MAX + 1);
    assertThat(EmailAddress.isUsable(tooLong)).isFalse();
    assertThat(EmailAddress.isUsable("a@" + "b".repeat(64))).isFalse();
  }
}
