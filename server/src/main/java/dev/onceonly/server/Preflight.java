package dev.onceonly.server;

import dev.onceonly.http.tls.TlsFiles;
import dev.onceonly.http.tls.TlsRefused;
import dev.onceonly.server.admin.AdminSocket;
import dev.onceonly.server.config.NetworkSettings;
import dev.onceonly.server.config.Reason;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.SettingsException;
import dev.onceonly.server.mail.SmtpTrust;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.StoreRefused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a machine has what the settings name: addresses, folders, files. It changes nothing, so
/// what it finds is found before anything has been made.
public final class Preflight {
  /// As in the alert rule `OnceOnlyCertificateExpires`.
  private static final Duration ENDS_SOON = Duration.ofDays(14);

  private final Settings settings;
  private final List<SettingsException> findings = new ArrayList<>();

  /// Null where there is no certificate, or none that can be used.
  private TlsFiles.@Nullable Validity validity;

  private Preflight(Settings settings) {
    this.settings = settings;
  }

  /// Looks at what a start needs at once, before it makes anything.
  ///
  /// @throws SettingsException for the first that can't be used
  public static void require(Settings settings) {
    Preflight look = new Preflight(settings);
    look.whatAStartNeeds();
    if (!look.findings.isEmpty()) {
      throw look.findings.getFirst();
    }
  }

  /// Looks at everything that can be looked at without a start: the names of other machines too,
  /// which a start does not wait for.
  ///
  /// @return a line for each that can't be used
  public static List<String> problems(Settings settings) {
    Preflight look = new Preflight(settings);
    look.whatAStartNeeds();
    look.mailServer();
    return look.findings.stream().map(SettingsException::getMessage).toList();
  }

  /// What a start can use, but not for long: the certificate of the server's own TLS.
  ///
  /// @return a line for each
  public static List<String> warnings(Settings settings) {
    NetworkSettings.Tls tls = settings.network().tls();
    Preflight look = new Preflight(settings);
    look.tls();
    if (tls == null || look.validity == null) {
      return List.of();
    }
    String why = unfit(look.validity, Instant.now());
    return why == null
        ? List.of()
        : List.of("setting tls_certificate: the certificate in " + tls.certificate() + " " + why);
  }

  private static @Nullable String unfit(TlsFiles.Validity validity, Instant now) {
    if (now.isAfter(validity.until())) {
      return "has expired: it ended at " + validity.until();
    }
    if (now.isBefore(validity.from())) {
      return "is not valid yet: it begins at " + validity.from();
    }
    return validity.until().isBefore(now.plus(ENDS_SOON))
        ? "ends soon: at " + validity.until()
        : null;
  }

  private void whatAStartNeeds() {
    host();
    data();
    sealingKey();
    policyTemplates();
    mailAuthorities();
    tls();
  }

  private void tls() {
    NetworkSettings.Tls tls = settings.network().tls();
    if (tls == null) {
      return;
    }
    int before = findings.size();
    readable("tls_certificate", tls.certificate());
    readable("tls_key", tls.key());
    if (findings.size() > before) {
      return;
    }
    try {
      validity = new TlsFiles(tls.certificate(), tls.key()).check();
    } catch (TlsRefused e) {
      add(e.setting(), "can't be used: " + e.why());
    }
  }

  private void host() {
    try {
      InetAddress address = InetAddress.getByName(settings.network().host());
      // Those two are on every machine; the others are asked for with a port that is free.
      if (!address.isLoopbackAddress() && !address.isAnyLocalAddress()) {
        try (ServerSocket socket = new ServerSocket()) {
          socket.bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
          add("host", "is no address of this machine");
        }
      }
    } catch (UnknownHostException e) {
      add("host", "can't be resolved");
    }
  }

  private void data() {
    Path folder = settings.data();
    if (AdminSocket.isTooLong(folder)) {
      add(
          "data",
          "is too long a path: with admin.sock in it, it may have "
              + AdminSocket.PATH_BYTES_MAX
              + " bytes");
    } else {
      writable("data", folder);
    }
    try {
      if (settings.storage().dataMustExist()) {
        DataFolder.requireStore(folder);
      }
    } catch (StoreRefused e) {
      add("data_must_exist", "can't be met: " + e.getMessage());
    }
  }

  private void sealingKey() {
    Path file = settings.governance().sealingKeyFile();
    if (file == null) {
      return;
    }
    if (Files.exists(file)) {
      readable("secrets_key_file", file);
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      add("secrets_key_file", "names a file in a folder that is not there");
    } else if (!Files.isWritable(folder)) {
      add("secrets_key_file", "names a file that can't be made: permission denied");
    }
  }

  private void policyTemplates() {
    try {
      PolicyTemplateFile.read(settings);
    } catch (SettingsException e) {
      findings.add(e);
    }
  }

  private void mailAuthorities() {
    try {
      SmtpTrust.of(settings.mail().encryption().caFile());
    } catch (IOException e) {
      add("smtp_ca_file", "can't be used, " + Reason.of(e));
    }
  }

  private void mailServer() {
    String host = settings.mail().host();
    try {
      if (host != null && InetAddress.getByName(host).isAnyLocalAddress()) {
        add("smtp_host", "is the address of no machine");
      }
    } catch (UnknownHostException e) {
      add("smtp_host", "can't be resolved");
    }
  }

  private void readable(String name, Path file) {
    String why =
        !Files.exists(file)
            ? "names a file that is not there"
            : Files.isDirectory(file)
                ? "names a folder, not a file"
                : !Files.isRegularFile(file)
                    ? "names no regular file"
                    : Files.isReadable(file) ? null : "names a file that can't be read";
    add(name, why);
  }

  /// A folder that is there and can be written to, or that can be made.
  private void writable(String name, Path folder) {
    Path there = folder.toAbsolutePath();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    boolean isItself = there.equals(folder.toAbsolutePath());
    if (!Files.isDirectory(there)) {
      add(name, isItself ? "names a file, not a folder" : "can't be made: " + there + " is a file");
    } else if (!Files.isWritable(there)) {
      add(name, (isItself ? "can't be written to" : "can't be made in " + there) + " by this user");
    }
  }

  private void add(String name, @Nullable String why) {
    if (why != null) {
      findings.add(settings.wrong(name, why));
    }
  }
}
