package dev.onceonly.core.service;

import dev.onceonly.core.govern.GovernRules;
import dev.onceonly.core.govern.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What would be decided on a governed call, and why.
///
/// @param policyVersion null where the agent has no policy
/// @param findings every check in its order
public record Evaluation(
    Outlook outlook,
    Reason reason,
    @Nullable String policyVersion,
    long costNanoUsd,
    List<GovernRules.Finding> findings) {

  /// In one word.
  public enum Outlook {
    WOULD_EXECUTE,
    WOULD_BLOCK,
    WOULD_DEDUP
  }

  public boolean allowed() {
    return outlook != Outlook.WOULD_BLOCK;
  }
}
