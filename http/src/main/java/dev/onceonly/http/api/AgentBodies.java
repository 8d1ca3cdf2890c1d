package dev.onceonly.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditQueries.AgentFigures;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.AgentRow.Disabled;
import dev.onceonly.core.govern.Money;
import dev.onceonly.core.service.AgentView;
import dev.onceonly.core.service.SwitchAnswer;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bodies of answers about agents.
final class AgentBodies {
  private AgentBodies() {}

  /// A switch after it was moved.
  ///
  /// @param isEnabled whether the agent's own switch is on
  /// @param namespaceIsEnabled whether the namespace's is, too: an agent acts only with both
  /// @param stopped only when it was thrown
  record SwitchBody(
      String agentId,
      boolean isEnabled,
      @Nullable String disabledReason,
      @Nullable String disabledAt,
      boolean namespaceIsEnabled,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable StoppedBody stopped) {

    record StoppedBody(long agentsStopped, long runsCancelled, long callsInFlight) {}

    static SwitchBody disabled(String agentId, SwitchAnswer answer) {
      SwitchAnswer.Stopped stopped = answer.stopped();
      return of(
          agentId,
          answer,
          new StoppedBody(stopped.agents(), stopped.runs(), stopped.callsInFlight()));
    }

    static SwitchBody enabled(String agentId, SwitchAnswer answer) {
      return of(agentId, answer, null);
    }

    private static SwitchBody of(
        String agentId, SwitchAnswer answer, @Nullable StoppedBody stopped) {
      return new SwitchBody(
          agentId,
          answer.row().isEnabled(),
          reason(answer.row()),
          disabledSince(answer.row()),
          answer.namespaceEnabled(),
          stopped);
    }
  }

  /// One agent as it stands.
  ///
  /// @param lastSeenAt when it last asked for a governed call; null where it never did
  /// @param spendUsdToday what counts against today's cap: settled, and held for calls in flight
  ///   and unknown ones
  /// @param paused true while the server waits to be resumed after a restore; else left out
  record AgentBody(
      String agentId,
      boolean isEnabled,
      @Nullable String disabledReason,
      @Nullable String disabledAt,
      @Nullable String lastSeenAt,
      boolean hasPolicy,
      long actionsToday,
      long blockedToday,
      BigDecimal spendUsdToday,
      boolean namespaceIsEnabled,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean paused,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String pausedReason) {

    static AgentBody of(AgentView agent, @Nullable Boolean paused) {
      long seenAtMs = agent.row().lastSeenAtMs();
      return new AgentBody(
          agent.agentId(),
          agent.row().isEnabled(),
          reason(agent.row()),
          disabledSince(agent.row()),
          seenAtMs == 0 ? null : WireTimes.iso(seenAtMs),
          agent.hasPolicy(),
          agent.today().actions(),
          agent.today().blocked(),
          Money.toUsd(agent.today().spentNanoUsd()),
          agent.namespaceEnabled(),
          paused,
          Pause.reason(paused));
    }
  }

  /// One decision. The arguments appear as their hash only.
  ///
  /// @param ts unix seconds
  /// @param callId null where nothing was reserved
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LogBody(
      long ts,
      String agentId,
      String tool,
      boolean allowed,
      String decision,
      String policyReason,
      String riskLevel,
      String argsHash,
      BigDecimal spendUsd,
      @Nullable String callId,
      @Nullable String policyVersion) {

    static LogBody of(String agentId, AuditEntry entry, CallFacts call) {
      return new LogBody(
          Math.floorDiv(entry.atMs(), 1_000),
          agentId,
          call.tool(),
          call.verdict().allowed(),
          call.verdict().decision(),
          call.verdict().reason(),
          call.verdict().riskLevel(),
          call.argsHash(),
          Money.toUsd(call.spendNanoUsd()),
          call.callId(),
          call.policyVersion());
    }
  }

  record MetricsBody(
      String agentId,
      String period,
      long totalActions,
      long blockedActions,
      BigDecimal totalSpendUsd,
      List<ToolCountBody> topTools) {

    record ToolCountBody(String tool, long count) {}

    static MetricsBody of(String agentId, String period, AgentFigures figures) {
      return new MetricsBody(
          agentId,
          period,
          figures.actions(),
          figures.blocked(),
          Money.toUsd(figures.spendNanoUsd()),
          figures.topTools().stream()
              .map(tool -> new ToolCountBody(tool.tool(), tool.count()))
              .toList());
    }
  }

  private static @Nullable String reason(AgentRow row) {
    Disabled disabled = row.disabled();
    return disabled == null || disabled.reason().isEmpty() ? null : disabled.reason();
  }

  private static @Nullable String disabledSince(AgentRow row) {
    Disabled disabled = row.disabled();
    return disabled == null ? null : WireTimes.iso(disabled.atMs());
  }
}
