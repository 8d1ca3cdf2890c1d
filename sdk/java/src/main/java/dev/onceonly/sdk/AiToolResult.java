package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Results;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of a governed call. What the server did not send is null.
///
/// @param ok whether the tool's answer is here
/// @param allowed whether the policy let the call through
/// @param decision `executed`, `blocked`, `dedup` or `dry_run`; unknown ones as they are
/// @param policyReason why it was decided so
/// @param riskLevel `low`, `medium` or `high`
/// @param result what the tool answered
/// @param policyVersion the policy that decided
/// @param callId names the call for `gov().getCall`
/// @param replayed whether this is the answer of an earlier attempt of the same call
/// @param raw the whole answer, unmodifiable
public record AiToolResult(
    boolean ok,
    boolean allowed,
    @Nullable String decision,
    @Nullable String policyReason,
    @Nullable String riskLevel,
    @Nullable Map<String, @Nullable Object> result,
    @Nullable String policyVersion,
    @Nullable String callId,
    boolean replayed,
    Map<String, @Nullable Object> raw)
    implements RunOutcome {
  /// The result as a record, bean, list or scalar; null when there is none.
  ///
  /// @throws IllegalArgumentException if it can't be read as that type
  public <T> @Nullable T result(Class<T> type) {
    return Results.as(result, type);
  }
}
