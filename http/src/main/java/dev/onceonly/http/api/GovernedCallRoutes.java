package dev.onceonly.http.api;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.GovernedCall;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.ResolveCall;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.api.CallBodies.CallBody;
import dev.onceonly.http.api.CallBodies.CallsBody;
import dev.onceonly.http.api.CallBodies.DecisionBody;
import dev.onceonly.http.api.CallBodies.EvaluationBody;
import dev.onceonly.http.api.CallBodies.ToolErrorBody;
import dev.onceonly.http.api.Refusals.OverLimitBody;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.TextRule;
import dev.onceonly.http.json.Json;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/ai/run` with a tool, `/v1/calls…` and `/v1/policies/{agent_id}/evaluate`.
final class GovernedCallRoutes {
  private static final int ARGS_BYTES_MAX = 64 * 1_024;
  private static final TextRule NOTE = TextRule.of(0, 1_024);
  private static final Set<Role> EVALUATING = EnumSet.of(Role.ADMIN, Role.AGENT, Role.OPERATOR);
  private static final Set<Role> RESOLVING = EnumSet.of(Role.ADMIN, Role.OPERATOR);

  private final GovernedCalls calls;
  private final ClaimFields claims;

  GovernedCallRoutes(GovernedCalls calls, ClaimFields claims) {
    this.calls = calls;
    this.claims = claims;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/policies/{agent_id}/evaluate", EVALUATING, this::evaluate),
        Route.get("/v1/calls", Admitted.ALL, this::list),
        Route.get("/v1/calls/{call_id}", Admitted.ALL, this::find),
        Route.post("/v1/calls/{call_id}/resolve", RESOLVING, this::resolve));
  }

  /// Answers a request whose body has no `key`.
  Reply governed(Request request) {
    Caller caller = request.caller();
    String attemptId = claims.attemptId(request);
    Fields fields = request.body();
    String agentId = fields.text("agent_id", TextRule.KEY);
    if (agentId.equals(AgentKey.ALL)) {
      fields.refuse("agent_id", "* names all agents, and none acts by it");
    }
    GovernedCall.Options options =
        new GovernedCall.Options(
            fields.optionalText("idempotency_key", TextRule.KEY),
            attemptId,
            runId(fields),
            request.id(),
            fields.flag("dry_run", false),
            null);
    GovernedCall call = new GovernedCall(asker(caller, agentId), action(fields), options);
    request.done();
    caller.requireSpeaksFor(agentId);
    return switch (calls.call(call)) {
      case CallAnswer.OverLimit(var limit) -> Reply.json(402, OverLimitBody.of(limit));
      case CallAnswer.Decided answer -> {
        CallAnswer.ToolFailure failure = answer.failure();
        yield failure == null
            ? Reply.ok(DecisionBody.of(answer))
            : Reply.json(502, ToolErrorBody.of(call.action().tool(), answer, failure));
      }
    };
  }

  private static GovernedCall.Asker asker(Caller caller, String agentId) {
    return new GovernedCall.Asker(caller.namespaceId(), caller.plan(), caller.keyId(), agentId);
  }

  private static GovernedCall.Action action(Fields fields) {
    String tool = fields.text("tool", TextRule.KEY);
    ObjectNode given = fields.optionalObject("args", ARGS_BYTES_MAX);
    ObjectNode args = given == null ? Json.object() : given;
    Long spend = MoneyFields.optionalNanoUsd(fields, "spend_usd");
    return new GovernedCall.Action(
        tool, Json.text(args), Sha256.hex(Json.canonical(args)), spend == null ? 0 : spend);
  }

  /// Published clients put it into the arguments; there it may be anything else as well.
  private static @Nullable String runId(Fields fields) {
    String given = fields.optionalText("run_id", TextRule.KEY);
    if (given != null || !(fields.any("args") instanceof ObjectNode args)) {
      return given;
    }
    JsonNode inside = args.get("run_id");
    Fields argFields = inside == null || !inside.isString() ? null : fields.optionalChild("args");
    return argFields == null ? null : argFields.optionalText("run_id", TextRule.KEY);
  }

  private Reply evaluate(Request request) {
    AgentKey agent = AgentIds.one(request);
    GovernedCall call =
        new GovernedCall(
            asker(request.caller(), agent.agentId()),
            action(request.body()),
            new GovernedCall.Options(null, null, null, request.id(), true, null));
    request.done();
    request.caller().requireSpeaksFor(agent.agentId());
    return Reply.ok(EvaluationBody.of(agent.agentId(), call.action().tool(), calls.evaluate(call)));
  }

  private Reply list(Request request) {
    Caller caller = request.caller();
    String stateName = request.query().optionalText("state", TextRule.ID);
    Optional<CallState> state =
        stateName == null ? Optional.empty() : CallState.fromWireName(stateName);
    if (stateName != null && state.isEmpty()) {
      request.query().refuse("state", "reserved, executed, failed or unknown");
    }
    String agentId = request.query().optionalText("agent_id", TextRule.KEY);
    int limit = request.query().integer("limit", 1, 500, 50);
    int offset = request.query().integer("offset", 0, Integer.MAX_VALUE, 0);
    request.done();
    if (agentId != null) {
      caller.requireSpeaksFor(agentId);
    } else if (caller.role() == Role.AGENT) {
      throw new Failure(
          ErrorCode.FORBIDDEN,
          "an agent's key names the agent whose calls it lists",
          Map.of("role", caller.role().wireName()),
          0);
    }
    return Reply.ok(
        CallsBody.of(
            calls
                .register()
                .page(caller.namespaceId(), state.orElse(null), agentId, limit, offset)));
  }

  private Reply find(Request request) {
    CallPage.Found found = found(request);
    request.caller().requireSpeaksFor(found.row().asked().agentId());
    return Reply.ok(CallBody.of(found));
  }

  private CallPage.Found found(Request request) {
    String callId = request.path("call_id");
    request.done();
    return calls
        .register()
        .find(request.caller().namespaceId(), callId)
        .orElseThrow(() ->
            new Failure(ErrorCode.CALL_NOT_FOUND, "no such call", Map.of("call_id", callId), 0));
  }

  private Reply resolve(Request request) {
    Fields fields = request.body();
    String outcome = fields.text("outcome", TextRule.ID);
    boolean executed = outcome.equals("executed");
    if (fields.has("outcome") && !executed && !outcome.equals("failed")) {
      fields.refuse("outcome", "executed or failed");
    }
    ObjectNode result = fields.optionalObject("result", Route.BODY_BYTES_MAX);
    if (result != null && !executed) {
      fields.refuse("result", "only an executed call has one");
    }
    String note = fields.optionalText("note", NOTE);
    CallPage.Found found = found(request);
    String resultJson = result == null ? null : Json.text(result);
    return Reply.ok(
        CallBody.of(
            calls
                .register()
                .resolve(
                    new ResolveCall(
                        found.key(), request.caller().keyId(), executed, resultJson, note))));
  }
}
