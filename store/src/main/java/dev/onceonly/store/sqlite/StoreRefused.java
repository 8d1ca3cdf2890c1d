package dev.onceonly.store.sqlite;

/// The store can't be opened as asked; the message tells an operator why and what to do. Nothing
/// was changed.
public final class StoreRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreRefused(String message) {
    super(message, null, false, false);
  }
}
