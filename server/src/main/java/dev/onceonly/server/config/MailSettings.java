package dev.onceonly.server.config;

import dev.onceonly.core.account.EmailAddress;
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
    StartTls startTls,
    int timeoutMs) {

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
      throw new SettingsException("setting smtp_host needs smtp_from, the sender's address");
    }
    if (from != null && !EmailAddress.isUsable(from)) {
      throw new SettingsException(
          "setting smtp_from takes an address such as onceonly@example.org, was '" + from + "'");
    }
    if ((user == null) != (password == null)) {
      throw new SettingsException("settings smtp_user and smtp_password need each other");
    }
    return new MailSettings(
        host,
        source.integer("smtp_port", 1, 65_535, 587),
        user == null || password == null ? null : new Login(user, password),
        from,
        startTls(source.text("smtp_starttls", "required")),
        source.integer("smtp_timeout_ms", 100, 600_000, 10_000));
  }

  private static StartTls startTls(String value) {
    return switch (value) {
      case "off" -> StartTls.OFF;
      case "optional" -> StartTls.OPTIONAL;
      case "required" -> StartTls.REQUIRED;
      default ->
          throw new SettingsException(
              "setting smtp_starttls takes off, optional or required, was '" + value + "'");
    };
  }
}
