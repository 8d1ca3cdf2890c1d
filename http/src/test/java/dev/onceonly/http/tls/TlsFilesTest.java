package dev.onceonly.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsFilesTest {
  @TempDir Path dir;
  private TlsFiles files = new TlsFiles(Path.of(""), Path.of(""));

  @BeforeEach
  void place() {
    files = new TlsFiles(dir.resolve("certificate.pem"), dir.resolve("key.pem"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void aKeyIsReadAsPkcs8(String algorithm) throws Exception {
    PemPair pair = PemPair.make(dir, algorithm);
    pair.write(files);

    assertThat(files.read().key()).isEqualTo(pair.key());
    assertThat(files.read().chain()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aKeyIsReadInItsOwnForm(String algorithm) throws Exception {
    PemPair pair = PemPair.make(dir, algorithm);
    pair.write(files);
    Files.writeString(files.key(), pair.bareKey());

    assertThat(files.read().key()).isEqualTo(pair.key());
  }

  @Test
  void aChainIsReadWhole() throws Exception {
    PemPair pair = PemPair.make(dir, "EC");
    pair.write(files);
    String other = PemPair.pem("CERTIFICATE", PemPair.make(dir, "EC").certificate().getEncoded());
    Files.writeString(files.certificate(), Files.readString(files.certificate()) + "\n" + other);

    assertThat(files.read().chain()).hasSize(2).first().isEqualTo(pair.certificate());
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    PemPair.make(dir, "EC").write(files);
    String certificate = Files.readString(files.certificate());
    PemPair.make(dir, "EC").write(files);
    Files.writeString(files.certificate(), certificate);

    refused("setting tls_key: the key in " + files.key() + " does not belong to");
  }

  @Test
  void whatCantBeReadIsNamedWithItsSetting() throws Exception {
    refused("setting tls_certificate: there is no file " + files.certificate());
    PemPair pair = PemPair.make(dir, "EC");
    pair.write(files);
    Files.writeString(files.key(), "no key");
    refused("setting tls_key: " + files.key() + " holds no private key in PEM form");
    Files.writeString(files.key(), PemPair.pem("ENCRYPTED PRIVATE KEY", new byte[9]));
    refused("setting tls_key: the key in " + files.key() + " is encrypted; decrypt it first");
    Files.writeString(files.key(), PemPair.pem("PRIVATE KEY", new byte[9]));
    refused("setting tls_key: the key in " + files.key() + " can't be read, or is of another kind");
    Files.writeString(files.certificate(), "no certificate");
    refused("setting tls_certificate: " + files.certificate() + " holds no certificates");
    Files.delete(files.certificate());
    Files.createDirectory(files.certificate());
    refused("setting tls_certificate: " + files.certificate() + " can't be read");
  }

  private void refused(String message) {
    assertThatThrownBy(files::read).isInstanceOf(TlsRefused.class).hasMessageStartingWith(message);
  }
}
