package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UrlRulesTest {
  private static final UrlRules STRICT = new UrlRules(new AddressPolicy(false), false, List.of());
  private static final UrlRules DEV = new UrlRules(new AddressPolicy(true), true, List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://tools.example.org/mail",
        "https://tools.example.org:8443/a/b?c=d#e",
        "HTTPS://Tools.Example.Org",
        "https://tools.example.org?x=@y",
        "https://8.8.8.8/x",
        "https://[2606:4700::1111]/",
        "https://bücher.example/",
        "https://1.2.3.4.example.org/"
      })
  void namesAndGlobalAddressesAreTaken(String url) {
    assertThat(STRICT.refusal(url)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tools.example.org",
        "/mail",
        "//tools.example.org/",
        "https:/tools.example.org",
        "https:tools.example.org",
        "https:\\\\tools.example.org",
        "https://",
        "https:///x",
        "https://?x",
        "ftp://tools.example.org",
        "file:///etc/passwd",
        "gopher://tools.example.org",
        "javascript:alert(1)",
        " https://tools.example.org",
        "https://tools.example.org/a b",
        "https://tools.example.org/a\r\nX: y",
        "https://tools.example.org\t/",
        "https://user@tools.example.org/",
        "https://user:secret@tools.example.org/",
        "https://@tools.example.org/",
        "https://tools.example.org\\@127.0.0.1/",
        "https://tools.example.org:99999/",
        "https://tools.example.org:x/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://exa%00mple.org/",
        "https://-/\u0000"
      })
  void whatIsNoAbsoluteUrlIsRefused(String url) {
    assertThat(STRICT.refusal(url)).isNotNull();
    assertThat(DEV.refusal(url)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0X7F.0.0.0x1",
        "0177.0.0.1",
        "017700000001",
        "0000127.0.0.1",
        "127.0.0.0x1",
        "10.1",
        "192.168.257",
        "3232235777",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd12::1]",
        "localhost",
        "LOCALHOST.",
        "tool.localhost",
        "１２７.0.0.1",
        "127。0。0。1",
        "%31%32%37.0.0.1"
      })
  void everySpellingOfAnInternalAddressNeedsTheSetting(String host) {
    assertThat(STRICT.refusal("https://" + host + "/x")).contains("tools_allow_private_networks");
    assertThat(DEV.refusal("http://" + host + "/x")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "2852039166",
        "0xA9FEA9FE",
        "0251.0376.0251.0376",
        "169.254.43518",
        "[fe80::1]",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "[64:ff9b::a9fe:a9fe]",
        "0.0.0.0",
        "0",
        "255.255.255.255"
      })
  void linkLocalAndMetadataAddressesAreRefusedWithEverySetting(String host) {
    assertThat(STRICT.refusal("https://" + host + "/x")).isNotNull();
    assertThat(DEV.refusal("http://" + host + "/x")).contains("never allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"256.1.1.1", "1.2.3.4.5", "99999999999", "0x1ffffffff", "1.2.3.0x100", "a.8"})
  void aHostThatEndsInANumberAndIsNoAddressIsRefused(String host) {
    assertThat(DEV.refusal("http://" + host + "/x")).contains("neither a name nor an address");
  }

  @Test
  void plainHttpNeedsItsSetting() {
    assertThat(STRICT.refusal("http://tools.example.org/")).contains("tools_allow_http");
    assertThat(DEV.refusal("http://tools.example.org/")).isNull();
  }

  @Test
  void lengthIsBoundedAt2048() {
    String start = "https://tools.example.org/";
    String longest = start + "x".repeat(UrlRules.URL_CHARS_MAX - start.length());

    assertThat(STRICT.refusal(longest)).isNull();
    assertThat(STRICT.refusal(longest + "x")).contains("2048");
  }

  @Test
  void onlyListedHostsAreTakenWhereThereIsAList() {
    UrlRules rules =
        new UrlRules(
            new AddressPolicy(true), false, List.of("tools.example.org", "*.Example.net", "::1"));

    assertThat(rules.refusal("https://TOOLS.example.org./x")).isNull();
    assertThat(rules.refusal("https://a.b.example.net/x")).isNull();
    assertThat(rules.refusal("https://[::1]/x")).isNull();
    assertThat(rules.refusal("https://example.net/x")).contains("tools_allowed_hosts");
    assertThat(rules.refusal("https://badexample.net/x")).contains("tools_allowed_hosts");
    assertThat(rules.refusal("https://tools.example.org.evil.test/x"))
        .contains("tools_allowed_hosts");
  }
}
