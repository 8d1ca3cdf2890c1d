package dev.onceonly.http.api;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.service.AgentView;
import dev.onceonly.core.service.Agents;
import dev.onceonly.core.service.SwitchAnswer;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.api.AgentBodies.AgentBody;
import dev.onceonly.http.api.AgentBodies.LogBody;
import dev.onceonly.http.api.AgentBodies.MetricsBody;
import dev.onceonly.http.api.AgentBodies.SwitchBody;
import dev.onceonly.http.input.TextRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `/v1/agents` and below. In the place of an agent id, `*` is the namespace's own switch, where a
/// switch is meant.
final class AgentRoutes {
  private static final String ONE = "/v1/agents/{agent_id}";
  private static final int LIMIT_MAX = 1_000;
  private static final int LOG_LIMIT_MAX = 500;
  private static final int LOG_LIMIT_DEFAULT = 100;
  private static final TextRule TEXT = TextRule.of(0, 256);

  private final Agents agents;
  private final Pause pause;

  AgentRoutes(Agents agents, Pause pause) {
    this.agents = agents;
    this.pause = pause;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/agents", Admitted.READING, this::list),
        Route.get(ONE, Admitted.READING, this::get),
        Route.post(ONE + "/disable", Admitted.SWITCHING, this::disable),
        Route.post(ONE + "/enable", Admitted.SWITCHING, this::enable),
        Route.get(ONE + "/logs", Admitted.ALL, this::logs),
        Route.get(ONE + "/metrics", Admitted.ALL, this::metrics));
  }

  /// Windows of the metrics, each ending now.
  enum Period {
    HOUR(Duration.ofHours(1)),
    DAY(Duration.ofDays(1)),
    WEEK(Duration.ofDays(7));

    private final Duration length;

    Period(Duration length) {
      this.length = length;
    }

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable Period of(@Nullable String wireName) {
      if (wireName == null) {
        return DAY;
      }
      for (Period period : values()) {
        if (period.wireName().equals(wireName)) {
          return period;
        }
      }
      return null;
    }
  }

  private Reply list(Request request) {
    int limit = request.query().integer("limit", 1, LIMIT_MAX, LIMIT_MAX);
    int offset = request.query().integer("offset", 0, Integer.MAX_VALUE, 0);
    request.done();
    List<AgentView> page = agents.list(request.caller().namespaceId(), limit, offset);
    Boolean paused = pause.flag();
    return Reply.list(page.stream().map(agent -> AgentBody.of(agent, paused)).iterator());
  }

  private Reply get(Request request) {
    AgentKey key = AgentIds.oneOrAll(request);
    request.done();
    return Reply.ok(AgentBody.of(agents.get(key), pause.flag()));
  }

  private Reply disable(Request request) {
    AgentKey key = AgentIds.oneOrAll(request);
    String reason = reason(request);
    request.done();
    SwitchAnswer answer = agents.disable(request.caller(), key, reason);
    return Reply.ok(SwitchBody.disabled(key.agentId(), answer));
  }

  private Reply enable(Request request) {
    AgentKey key = AgentIds.oneOrAll(request);
    String reason = reason(request);
    request.done();
    SwitchAnswer answer = agents.enable(request.caller(), key, reason);
    return Reply.ok(SwitchBody.enabled(key.agentId(), answer));
  }

  private Reply logs(Request request) {
    AgentKey key = AgentIds.one(request);
    int limit = request.query().integer("limit", 1, LOG_LIMIT_MAX, LOG_LIMIT_DEFAULT);
    request.done();
    request.caller().requireSpeaksFor(key.agentId());
    List<LogBody> rows = new ArrayList<>();
    for (AuditEntry entry : agents.log(request.caller(), key, limit)) {
      CallFacts call = entry.call();
      if (call != null) {
        rows.add(LogBody.of(key.agentId(), entry, call));
      }
    }
    return Reply.ok(rows);
  }

  private Reply metrics(Request request) {
    AgentKey key = AgentIds.one(request);
    Period period = Period.of(request.query().optionalText("period", TEXT));
    if (period == null) {
      request.query().refuse("period", "hour, day or week");
      period = Period.DAY;
    }
    request.done();
    request.caller().requireSpeaksFor(key.agentId());
    return Reply.ok(
        MetricsBody.of(
            key.agentId(),
            period.wireName(),
            agents.figures(request.caller(), key, period.length)));
  }

  private static String reason(Request request) {
    String reason = request.body().optionalText("reason", TEXT);
    return reason == null ? "" : reason;
  }
}
