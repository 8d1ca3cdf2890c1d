package dev.onceonly.server.mail;

/// The way to a mail server.
interface MailRoute {

  /// Opens a connection for a few letters.
  Connection connect() throws MailFailure;

  /// An open connection. Not thread-safe.
  interface Connection extends AutoCloseable {

    /// Hands a letter over; when this returns, the mail server has taken it.
    void send(Letter letter) throws MailFailure;

    @Override
    void close();
  }
}
