package dev.onceonly.core.run;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the list of runs shows, and whose run it is. The last event is the one with the largest
/// `(ts, id)`.
///
/// @param lastTs unix seconds
/// @param agents that its events have named so far, each once, in the order in which they came: at
///   most [#AGENTS_MAX] and one more, which says that there are others of which nothing is kept
public record RunRow(
    long lastTs,
    long lastEventId,
    String lastType,
    @Nullable String lastStatus,
    long events,
    List<String> agents) {

  /// How many agents of one run are told apart.
  public static final int AGENTS_MAX = 8;

  public RunRow {
    agents = List.copyOf(agents);
  }

  /// The run after one more event.
  public static RunRow after(@Nullable RunRow before, long eventId, RunEventRow event) {
    String agent = event.labels().ids().agentId();
    if (before == null) {
      List<String> agents = agent == null ? List.of() : List.of(agent);
      return new RunRow(event.ts(), eventId, event.type(), event.labels().status(), 1, agents);
    }
    boolean last =
        event.ts() > before.lastTs || (event.ts() == before.lastTs && eventId > before.lastEventId);
    List<String> agents = before.with(agent);
    return last
        ? new RunRow(
            event.ts(), eventId, event.type(), event.labels().status(), before.events + 1, agents)
        : new RunRow(
            before.lastTs,
            before.lastEventId,
            before.lastType,
            before.lastStatus,
            before.events + 1,
            agents);
  }

  private List<String> with(@Nullable String agent) {
    if (agent == null || agents.size() > AGENTS_MAX || agents.contains(agent)) {
      return agents;
    }
    List<String> more = new ArrayList<>(agents);
    more.add(agent);
    return more;
  }

  /// Whether it has named more agents than are told apart.
  public boolean hasOtherAgents() {
    return agents.size() > AGENTS_MAX;
  }
}
