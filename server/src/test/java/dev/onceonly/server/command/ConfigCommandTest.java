package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.http.json.Json;
import dev.onceonly.server.mail.TestTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `onceonly config`.
class ConfigCommandTest {
  private static final String SECRET = "once_live_a_secret_of_ours";

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = folder.resolve("onceonly.conf");
  }

  @Test
  void whatIsRightIsSaidToBe() throws IOException {
    write("port = 9000\ndata = " + folder.resolve("new/data") + "\n");

    Console.Ran ran = check();

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out().lines()).containsExactly("the settings can be used");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void aStoreThatMustBeThereAndIsNotIsWrong() throws IOException {
    Path data = folder.resolve("not-mounted");
    write("data = " + data + "\ndata_must_exist = true\n");

    Console.Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .startsWith("PROBLEM: setting data_must_exist can't be met: there is no store in " + data)
        .contains(", was 'true' (file " + file + ":2)");
    assertThat(data).doesNotExist();
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() throws IOException {
    write("port = 65536\nlog_level = loud\nprot = 1\n");

    Console.Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo(
                        "PROBLEM: setting port takes a whole number from 0 to 65535, was '65536'"
                            + " (file "
                            + file
                            + ":1)"),
            line -> assertThat(line).startsWith("PROBLEM: setting log_level takes one of"),
            line -> assertThat(line).startsWith("PROBLEM: unknown setting prot (file "),
            line -> assertThat(line).isEqualTo("the settings can NOT be used"));
  }

  @Test
  void filesFoldersAndAddressesAreLookedAt() throws IOException {
    write(
        String.join(
            "\n",
            "host = 203.0.113.7",
            "data = " + file,
            "policy_templates_file = " + folder.resolve("none"),
            "smtp_host = no-such-host.invalid",
            "smtp_from = a@example.org",
            "smtp_ca_file = " + file));

    Console.Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out().lines().map(line -> line.split(" ", 4)[2]))
        .containsExactly(
            "host", "data", "policy_templates_file", "smtp_ca_file", "smtp_host", "can");
    assertThat(ran.out()).contains(", was 'no-such-host.invalid' (file " + file + ":4)");
  }

  @Test
  void whatOthersCanReadIsWarnedOf() throws IOException {
    Path secret = Files.writeString(folder.resolve("key"), SECRET + "\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    write("api_key_file = " + secret + "\n");

    assertThat(check().out().lines())
        .containsExactly(
            "WARNING: setting api_key_file: " + secret + " has mode rw-r--r--: make it 600",
            "the settings can be used");

    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    assertThat(check().out().lines()).containsExactly("the settings can be used");

    write("api_key = " + SECRET + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    assertThat(check().out().lines())
        .containsExactly(
            "WARNING: setting api_key stands in " + file + ", of mode rw-rw----: make it 600",
            "the settings can be used");
  }

  @Test
  void aPairOfTlsThatAStartWouldRefuseIsFound() throws IOException {
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    write("tls_certificate = " + certificate + "\ntls_key = " + key + "\n");
    Files.writeString(certificate, "garbage");
    Files.writeString(key, "garbage");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));

    Console.Ran garbage = check();

    assertThat(garbage.exitCode()).isEqualTo(1);
    assertThat(garbage.out().lines())
        .containsExactly(
            "PROBLEM: setting tls_certificate can't be used: "
                + certificate
                + " holds no certificates in PEM form, was '"
                + certificate
                + "' (file "
                + file
                + ":1)",
            "the settings can NOT be used");

    TestTls.pem(folder, certificate, key);
    assertThat(check().out().lines()).containsExactly("the settings can be used");
    Path other = Files.createDirectory(folder.resolve("other"));
    TestTls.pem(other, other.resolve("certificate.pem"), key);

    Console.Ran foreign = check();

    assertThat(foreign.exitCode()).isEqualTo(1);
    assertThat(foreign.out().lines().findFirst().orElse(""))
        .startsWith("PROBLEM: setting tls_key can't be used: the key in " + key)
        .endsWith(", was '" + key + "' (file " + file + ":2)");
  }

  @Test
  void aCertificateThatDoesNotHoldNowOrSoonIsWarnedOf() throws IOException {
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    write("tls_certificate = " + certificate + "\ntls_key = " + key + "\n");
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    String begin = "WARNING: setting tls_certificate: the certificate in " + certificate;

    TestTls.pem(folder, certificate, key, Duration.ofDays(-30), 20);
    assertWarned(begin + " has expired: it ended at ");
    TestTls.pem(folder, certificate, key, Duration.ofDays(30), 20);
    assertWarned(begin + " is not valid yet: it begins at ");
    TestTls.pem(folder, certificate, key, Duration.ZERO, 13);
    assertWarned(begin + " ends soon: at ");
    TestTls.pem(folder, certificate, key, Duration.ZERO, 15);
    assertThat(check().out().lines()).containsExactly("the settings can be used");

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertWarned("WARNING: setting tls_key: " + key + " has mode rw-r-----: make it 600");
  }

  private void assertWarned(String begin) {
    Console.Ran ran = check();
    assertThat(ran.exitCode()).as(ran.toString()).isZero();
    assertThat(ran.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith(begin),
            line -> assertThat(line).isEqualTo("the settings can be used"));
  }

  @Test
  void everySettingIsShownWithItsSourceAndNoSecret() throws IOException {
    write("api_key = " + SECRET + "\nport = 9000\nhost = 127.0.0.1\n");

    Console.Ran all =
        Console.run("config", "show", "--config", file.toString(), "--set", "waiters_max=7");
    Console.Ran changed =
        Console.run(
            "config", "show", "--changed", "--config", file.toString(), "--set", "waiters_max=7");

    assertThat(all.exitCode()).isZero();
    assertThat(all.out().lines().count()).isGreaterThan(100);
    assertThat(all.out()).doesNotContain(SECRET);
    assertThat(all.out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "api_key *** none file " + file + ":1",
            "host 127.0.0.1 127.0.0.1 file " + file + ":3",
            "secrets_key_file secrets.key in the data folder secrets.key in the data folder -");
    assertThat(changed.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "NAME VALUE DEFAULT SOURCE",
            "api_key *** none file " + file + ":1",
            "port 9000 8080 file " + file + ":2",
            "waiters_max 7 4096 command line");
  }

  @Test
  void programsReadItAsJson() throws IOException {
    write("smtp_password = " + SECRET + "\nsmtp_user = u\nport = 9000\n");

    Console.Ran ran =
        Console.run("config", "show", "--json", "--changed", "--config", file.toString());

    JsonNode list = Json.read(ran.out().strip().getBytes(StandardCharsets.UTF_8));
    assertThat(list.size()).isEqualTo(3);
    assertThat(list.get(0).toString())
        .isEqualTo(
            "{\"name\":\"port\",\"value\":\"9000\",\"default\":\"8080\",\"source\":\"file "
                + file
                + ":3\",\"changed\":true}");
    assertThat(list.get(1).at("/value").asString()).isEqualTo("***");
    assertThat(list.get(1).at("/default").isNull()).isTrue();
  }

  @Test
  void whatCannotBeReadCannotBeShown() throws IOException {
    write("port = x\n");

    Console.Ran ran = Console.run("config", "show", "--config", file.toString());

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines()).hasSize(1);
  }

  private Console.Ran check() {
    return Console.run("config", "check", "--config", file.toString());
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }
}
