package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.json.Values;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests and answers about registered tools and the calls of them.
final class ToolCalls {
  private ToolCalls() {}

  static Exchange<RegisteredTool> createTool(Map<String, ? extends @Nullable Object> tool) {
    Arguments.text("name", tool.get("name") instanceof String name ? name : null);
    Body body = new Body();
    tool.forEach((name, value) -> body.with(name, Values.lenient(value)));
    return Exchange.of(ApiRequest.post("/tools", body.fields()), RegisteredTool::read);
  }

  static Exchange<List<RegisteredTool>> listTools(String scopeId) {
    return Exchange.listOf(
        ApiRequest.get("/tools").query("scope_id", scopeId), RegisteredTool::read);
  }

  static Exchange<RegisteredTool> getTool(String name, String scopeId) {
    return Exchange.of(ApiRequest.get(path(name)).query("scope_id", scopeId), RegisteredTool::read);
  }

  static Exchange<RegisteredTool> toggleTool(String name, boolean enabled, String scopeId) {
    return Exchange.of(
        ApiRequest.post(path(name) + "/toggle", new Body().with("enabled", enabled).fields())
            .query("scope_id", scopeId),
        RegisteredTool::read);
  }

  static Exchange<Deletion> deleteTool(String name, String scopeId) {
    return Exchange.of(ApiRequest.delete(path(name)).query("scope_id", scopeId), Deletion::read);
  }

  static Exchange<CallPage> listCalls(ListCallsOptions options) {
    return Exchange.of(
        ApiRequest.get("/calls")
            .query("state", options.state)
            .query("agent_id", options.agentId)
            .query("limit", options.limit)
            .query("offset", options.offset),
        CallPage::read);
  }

  static Exchange<GovernedCall> getCall(String callId) {
    return Exchange.of(ApiRequest.get(callPath(callId)), GovernedCall::read);
  }

  static Exchange<GovernedCall> resolveCall(
      String callId, String outcome, ResolveCallOptions options) {
    Body body =
        new Body()
            .with("outcome", Arguments.text("outcome", outcome))
            .with("result", Values.object(options.result))
            .with("note", options.note);
    return Exchange.of(
        ApiRequest.post(callPath(callId) + "/resolve", body.fields()), GovernedCall::read);
  }

  private static String path(String name) {
    return "/tools/" + ApiRequest.part(Arguments.text("name", name));
  }

  private static String callPath(String callId) {
    return "/calls/" + ApiRequest.part(Arguments.text("callId", callId));
  }
}
