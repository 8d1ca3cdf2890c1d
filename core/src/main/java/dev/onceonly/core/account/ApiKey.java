package dev.onceonly.core.account;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An API key as stored: everything but the key itself, of which only the hash is kept.
///
/// @param number counted over the whole store from 1, never given twice: what a claim keeps of the
///   key that made it
/// @param keyId names the key in lists and in the audit log, such as `key_4f9a…`
/// @param preview enough to recognise it by: the prefix and the last four characters
public record ApiKey(
    long number, String keyId, long namespaceId, String preview, Powers powers, Span span) {

  /// What a key's text is made of, for people.
  public static final String TEXT_WORDS = "16 to 256 visible ASCII characters";

  private static final String TEXT_FORM = "[!-~]{16,256}";

  /// Whether a text can be a key.
  public static boolean isText(String text) {
    return text.matches(TEXT_FORM);
  }

  /// When it was made, and when it was switched off.
  public record Span(long createdAtMs, @Nullable Long disabledAtMs) {}

  public Role role() {
    return powers.role();
  }

  public List<String> agentPatterns() {
    return powers.agentPatterns();
  }

  public boolean isEnabled() {
    return span.disabledAtMs == null;
  }

  /// As it was before it was disabled.
  public ApiKey enabled() {
    return new ApiKey(
        number, keyId, namespaceId, preview, powers, new Span(span.createdAtMs, null));
  }

  public ApiKey disabledAt(long atMs) {
    return new ApiKey(
        number, keyId, namespaceId, preview, powers, new Span(span.createdAtMs, atMs));
  }
}
