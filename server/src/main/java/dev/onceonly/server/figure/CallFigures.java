package dev.onceonly.server.figure;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Counts governed calls by decision, reason and tool, as their audit entries are committed: what
/// is counted is what is in the log, whoever has called. A call counts when it is decided for good
/// or an outcome of it is stored, so not when it is reserved, and not again when a person settles
/// it.
///
/// Only names of registered tools become labels, only so many of them, and only short ones; the
/// rest is `other`. For the lane's thread, one batch after the other.
public final class CallFigures implements CommitListener {
  /// In the place of a tool's name.
  public static final String OTHER = "other";

  /// Names that are known to be registered; beyond, a name is known once a call of it was reserved.
  public static final int KNOWN_MAX = 1_000;

  static final int NAME_CHARS_MAX = 64;

  /// The audit log's verb for a call that is decided or ends.
  private static final String CALL = "call";

  private static final String RESERVED = Decision.RESERVED.wireName();

  private final Counter calls;
  private final int toolsMax;
  private final Set<String> registered = new HashSet<>();
  private final Set<String> shown = new HashSet<>();
  private final Map<Series, CounterDataPoint> counters = new HashMap<>();

  private record Series(String decision, String reason, String tool) {}

  /// Registers `onceonly_calls_total`.
  ///
  /// @param toolsMax how many tools get a series of their own, in all
  /// @param known names of tools that are registered already
  public CallFigures(PrometheusRegistry registry, int toolsMax, Collection<String> known) {
    this.toolsMax = toolsMax;
    calls =
        Counter.builder()
            .name("onceonly_calls_total")
            .help("Governed calls decided or ended, by what the agent's log says of them")
            .labelNames("decision", "reason", "tool")
            .register(registry);
    known.forEach(this::know);
    // There from the start, so that the first one is an increase.
    counter(Decision.EXECUTED, Reason.OK);
    counter(Decision.DEDUP, Reason.TOOL_IDEMPOTENCY);
    counter(Decision.ERROR, Reason.TOOL_ERROR);
    counter(Decision.UNKNOWN, Reason.TOOL_ERROR);
  }

  private void counter(Decision decision, Reason reason) {
    counter(new Series(decision.wireName(), reason.wireName(), OTHER));
  }

  private CounterDataPoint counter(Series series) {
    return counters.computeIfAbsent(
        series, it -> calls.labelValues(it.decision, it.reason, it.tool));
  }

  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    for (Change<?> change : changes) {
      if (change.row() instanceof AuditEntry entry) {
        CallFacts call = entry.call();
        if (call != null && entry.action().equals(CALL)) {
          count(call);
        }
      } else if (change.key() instanceof ToolKey tool) {
        if (change.row() == null) {
          registered.remove(tool.name());
        } else {
          know(tool.name());
        }
      }
    }
  }

  private void count(CallFacts call) {
    if (call.callId() != null) {
      // Only a tool that is registered gets this far.
      know(call.tool());
    }
    String decision = call.verdict().decision();
    if (!decision.equals(RESERVED)) {
      counter(new Series(decision, call.verdict().reason(), label(call.tool()))).inc();
    }
  }

  private void know(String tool) {
    if (registered.size() < KNOWN_MAX) {
      registered.add(tool);
    }
  }

  /// Once shown, a name stays so until the next start: a counter must not go away.
  private String label(String tool) {
    if (shown.contains(tool)) {
      return tool;
    }
    if (shown.size() >= toolsMax
        || tool.length() > NAME_CHARS_MAX
        || !registered.contains(tool)
        || tool.equals(OTHER)) {
      return OTHER;
    }
    shown.add(tool);
    return tool;
  }
}
