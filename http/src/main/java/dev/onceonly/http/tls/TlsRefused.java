package dev.onceonly.http.tls;

/// A certificate or a key that can't be used; the message names the setting and the file.
public final class TlsRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String setting;
  private final String why;

  TlsRefused(String setting, String why) {
    super("setting " + setting + ": " + why);
    this.setting = setting;
    this.why = why;
  }

  /// The name of the one that is wrong.
  public String setting() {
    return setting;
  }

  /// What is wrong, with the file.
  public String why() {
    return why;
  }
}
