package dev.onceonly.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import dev.onceonly.core.govern.GovernRules;
import dev.onceonly.core.govern.Money;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.Evaluation;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The bodies of governed calls' answers.
final class CallBodies {
  private CallBodies() {}

  /// What was decided. The first six fields are the published ones and always there; ours follow
  /// where they say something.
  record DecisionBody(
      boolean ok,
      boolean allowed,
      String decision,
      String policyReason,
      String riskLevel,
      @JsonRawValue @Nullable String result,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String policyVersion,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String callId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BigDecimal spendUsd,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean replayed) {

    static DecisionBody of(CallAnswer.Decided answer) {
      CallAnswer.Made call = answer.call();
      return new DecisionBody(
          answer.allowed(),
          answer.allowed(),
          answer.decision().wireName(),
          answer.reason().wireName(),
          answer.reason().risk().wireName(),
          call == null ? null : call.resultJson(),
          answer.policyVersion(),
          call == null ? null : call.callId(),
          call == null ? null : Money.toUsd(call.spendNanoUsd()),
          (call != null && call.replayed()) ? (Boolean) true : null);
    }
  }

  /// 502: the tool's answer was no success.
  record ToolErrorBody(ToolErrorDetail detail) {
    record ToolErrorDetail(
        String error,
        String tool,
        @Nullable Integer statusCode,
        String message,
        String outcome,
        @Nullable String callId) {}

    static ToolErrorBody of(
        String tool, CallAnswer.Decided answer, CallAnswer.ToolFailure failure) {
      CallAnswer.Made call = answer.call();
      return new ToolErrorBody(
          new ToolErrorDetail(
              "tool_error",
              tool,
              failure.statusCode(),
              failure.message(),
              answer.decision() == Decision.UNKNOWN ? "unknown" : "failed",
              call == null ? null : call.callId()));
    }
  }

  /// A call as stored.
  record CallBody(
      String callId,
      String agentId,
      String tool,
      String scopeId,
      String state,
      String idempotencyKey,
      int attempts,
      String argsHash,
      BigDecimal spendUsd,
      @Nullable String runId,
      String createdAt,
      @Nullable String settledAt,
      @Nullable String resolvedBy,
      @Nullable String note,
      @Nullable Integer statusCode,
      @Nullable String message) {

    static CallBody of(CallPage.Found found) {
      CallRow row = found.row();
      CallRow.Asked asked = row.asked();
      CallRow.Ending ending = row.ending();
      Long settledAtMs = ending.settledAtMs();
      return new CallBody(
          CallId.of(found.key().number()),
          asked.agentId(),
          asked.tool(),
          asked.scopeId(),
          row.state().wireName(),
          row.delivery().idempotencyKey(),
          row.delivery().attempts(),
          asked.argsHash(),
          Money.toUsd(row.hold().spendNanoUsd()),
          asked.runId(),
          WireTimes.iso(row.hold().createdAtMs()),
          settledAtMs == null ? null : WireTimes.iso(settledAtMs),
          ending.resolvedBy(),
          ending.note(),
          ending.statusCode(),
          ending.message());
    }
  }

  record CallsBody(long total, List<CallBody> items) {
    static CallsBody of(CallPage page) {
      return new CallsBody(page.total(), page.items().stream().map(CallBody::of).toList());
    }
  }

  /// What would be decided.
  record EvaluationBody(
      String agentId,
      String tool,
      boolean allowed,
      String decision,
      String policyReason,
      String riskLevel,
      @Nullable String policyVersion,
      BigDecimal costUsd,
      List<CheckBody> checks) {
    record CheckBody(String check, boolean passed, String detail) {
      static CheckBody of(GovernRules.Finding finding) {
        return new CheckBody(lower(finding.check()), finding.passed(), finding.detail());
      }
    }

    static EvaluationBody of(String agentId, String tool, Evaluation evaluation) {
      return new EvaluationBody(
          agentId,
          tool,
          evaluation.allowed(),
          lower(evaluation.outlook()),
          evaluation.reason().wireName(),
          evaluation.reason().risk().wireName(),
          evaluation.policyVersion(),
          Money.toUsd(evaluation.costNanoUsd()),
          evaluation.findings().stream().map(CheckBody::of).toList());
    }

    private static String lower(Enum<?> word) {
      return word.name().toLowerCase(Locale.ROOT);
    }
  }
}
