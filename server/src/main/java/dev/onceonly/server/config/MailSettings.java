package dev.onceonly.server.config;

import dev.onceonly.core.account.EmailAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How notifications are sent: by SMTP, or not at all.
///
/// @param host the mail server; null sends nothing
/// @param login null sends without one
/// @param from the sender's address; null only where `host` is
/// @param timeoutMs to connect, and to wait for an answer or for room to write
public record MailSettings(
    @Nullable String host,
    int port,
    @Nullable Login login,
    @Nullable String from,
    Encryption encryption,
    int timeoutMs) {

  /// How the connection is encrypted.
  ///
  /// @param caFile PEM of the authorities that are believed who the mail server is, and no others;
  ///   null is the platform's
  public record Encryption(StartTls start, @Nullable Path caFile) {}

  /// Whether the connection is encrypted before anything is said on it.
  public enum StartTls {
    OFF,
    /// Where the server offers it. Whoever sits in between can take the offer away, and then reads
    /// the login too.
    OPTIONAL,
    /// Else nothing is sent.
    REQUIRED
  }

  /// A secret, so not part of the text form.
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[user=" + user + "]";
    }
  }

  static MailSettings read(SettingSource source) {
    String host = source.text("smtp_host");
    String from = source.text("smtp_from");
    String user = source.text("smtp_user");
    String password = source.secret("smtp_password");
    if (host != null && from == null) {
      source.problem("setting smtp_host needs smtp_from, the sender's address", "smtp_host");
    }
    if (from != null && !EmailAddress.isUsable(from)) {
      source.wrong("smtp_from", from, "an address such as onceonly@example.org");
    }
    if (source.isGiven("smtp_user")
        != (source.isGiven("smtp_password") || source.isGiven("smtp_password_file"))) {
      source.problem(
          "settings smtp_user and smtp_password need each other",
          "smtp_user",
          "smtp_password",
          "smtp_password_file");
    }
    if (host == null && (from != null || user != null)) {
      source.warn("settings smtp_... change nothing without smtp_host: no mail is sent");
    }
    return new MailSettings(
        host,
        source.integer("smtp_port", 1, 65_535, 587),
        user == null || password == null ? null : new Login(user, password),
        from,
        encryption(source),
        source.integer("smtp_timeout_ms", 100, 600_000, 10_000));
  }

  private static Encryption encryption(SettingSource source) {
    StartTls start = startTls(source.text("smtp_starttls", "required"), source);
    Path caFile = source.path("smtp_ca_file");
    if (caFile != null && start == StartTls.OFF) {
      source.warn("setting smtp_ca_file changes nothing while smtp_starttls is off");
    }
    return new Encryption(start, caFile);
  }

  private static StartTls startTls(String value, SettingSource source) {
    return switch (value) {
      case "off" -> StartTls.OFF;
      case "optional" -> StartTls.OPTIONAL;
      case "required" -> StartTls.REQUIRED;
      default -> {
        source.wrong("smtp_starttls", value, "off, optional or required");
        yield StartTls.REQUIRED;
      }
    };
  }
}
