package dev.onceonly.server.mail;

/// A letter was not handed over, as far as we know; the message says why, without a secret.
final class MailFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean isFinal;

  /// @param isFinal whether trying again would only be refused again
  MailFailure(String message, boolean isFinal) {
    super(message, null, false, false);
    this.isFinal = isFinal;
  }

  boolean isFinal() {
    return isFinal;
  }
}
