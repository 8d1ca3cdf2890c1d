package dev.onceonly.core.notify;

import java.util.List;

/// Reads of the outbox. Thread-safe.
public interface MailQueries {

  /// A mail and its name.
  record Due(MailKey key, MailRow row) {}

  /// Mails of all namespaces that are to be tried at `nowMs`, oldest first.
  List<Due> dueMails(long nowMs, int limit);
}
