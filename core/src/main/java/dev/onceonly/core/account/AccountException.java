package dev.onceonly.core.account;

/// An operator's request that cannot be carried out; the message says why. Nothing was changed.
public final class AccountException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AccountException(String message) {
    super(message, null, false, false);
  }
}
