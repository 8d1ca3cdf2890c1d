package dev.onceonly.http.tls;

/// A certificate or a key that can't be used; the message names the setting and the file.
public final class TlsRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  TlsRefused(String message) {
    super(message);
  }
}
