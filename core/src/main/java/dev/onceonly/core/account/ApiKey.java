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

  public ApiKey disabledAt(long atMs) {
    return new ApiKey(
        number, keyId, namespaceId, preview, powers, new Span(span.createdAtMs, atMs));
  }
}
