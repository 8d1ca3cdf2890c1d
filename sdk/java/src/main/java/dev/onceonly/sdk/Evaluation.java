package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What would be decided about a call. What the server did not send is null.
///
/// @param agentId who would act
/// @param tool with what
/// @param allowed whether the call would be let through
/// @param decision what would become of it
/// @param policyReason why
/// @param riskLevel `low`, `medium` or `high`
/// @param policyVersion the policy that decided
/// @param costUsd what would be reserved, in USD
/// @param checks what was looked at, in order
/// @param raw the whole object, unmodifiable
public record Evaluation(
    @Nullable String agentId,
    @Nullable String tool,
    boolean allowed,
    @Nullable String decision,
    @Nullable String policyReason,
    @Nullable String riskLevel,
    @Nullable String policyVersion,
    @Nullable BigDecimal costUsd,
    List<Check> checks,
    Map<String, @Nullable Object> raw) {
  static Evaluation read(Fields fields) {
    return new Evaluation(
        fields.text("agent_id"),
        fields.text("tool"),
        fields.flag("allowed"),
        fields.text("decision"),
        fields.text("policy_reason"),
        fields.text("risk_level"),
        fields.text("policy_version"),
        fields.money("cost_usd"),
        Typed.list(fields, "checks", Check::read),
        fields.raw());
  }

  /// One rule that was looked at.
  ///
  /// @param check which
  /// @param passed whether the call may pass it
  /// @param detail more about it
  /// @param raw the whole object, unmodifiable
  public record Check(
      @Nullable String check,
      boolean passed,
      @Nullable String detail,
      Map<String, @Nullable Object> raw) {
    static Check read(Fields fields) {
      return new Check(
          fields.text("check"), fields.flag("passed"), fields.text("detail"), fields.raw());
    }
  }
}
