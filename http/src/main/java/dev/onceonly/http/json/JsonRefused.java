package dev.onceonly.http.json;

/// Text that is no JSON, or JSON that breaks one of our bounds. Carries no stack trace and quotes
/// nothing of the text.
public final class JsonRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  JsonRefused(String reason, long offset) {
    super(reason, null, false, false);
    this.offset = (int) Math.max(0, offset);
  }

  /// Where reading stopped, in bytes from the start.
  public int offset() {
    return offset;
  }
}
