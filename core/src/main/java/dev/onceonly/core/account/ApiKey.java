package dev.onceonly.core.account;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An API key as stored: everything but the key itself, of which only the hash is kept.
///
/// @param keyId names the key in lists and in the audit log, such as `key_4f9a…`
/// @param preview enough to recognise it by: the prefix and the last four characters
/// @param agentPatterns agent ids that an `agent` key may speak for
public record ApiKey(
    String keyId,
    long namespaceId,
    String preview,
    Role role,
    List<String> agentPatterns,
    Span span) {

  /// When it was made, and when it was switched off.
  public record Span(long createdAtMs, @Nullable Long disabledAtMs) {}

  public ApiKey {
    agentPatterns = List.copyOf(agentPatterns);
  }

  public boolean isEnabled() {
    return span.disabledAtMs == null;
  }

  public ApiKey disabledAt(long atMs) {
    return new ApiKey(
        keyId, namespaceId, preview, role, agentPatterns, new Span(span.createdAtMs, atMs));
  }
}
