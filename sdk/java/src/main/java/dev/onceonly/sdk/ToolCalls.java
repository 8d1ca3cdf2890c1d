package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.json.Values;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests and answers about registered tools and the calls of them.
final class ToolCalls {
  private ToolCalls() {}

  static Exchange<Map<String, @Nullable Object>> createTool(
      Map<String, ? extends @Nullable Object> tool) {
    Arguments.text("name", tool.get("name") instanceof String name ? name : null);
    Body body = new Body();
    tool.forEach((name, value) -> body.with(name, Values.lenient(value)));
    return Exchange.object(ApiRequest.post("/tools", body.fields()));
  }

  static Exchange<List<Map<String, @Nullable Object>>> listTools(String scopeId) {
    return Exchange.objects(ApiRequest.get("/tools").query("scope_id", scopeId));
  }

  static Exchange<Map<String, @Nullable Object>> getTool(String name, String scopeId) {
    return Exchange.object(ApiRequest.get(path(name)).query("scope_id", scopeId));
  }

  static Exchange<Map<String, @Nullable Object>> toggleTool(
      String name, boolean enabled, String scopeId) {
    return Exchange.object(
        ApiRequest.post(path(name) + "/toggle", new Body().with("enabled", enabled).fields())
            .query("scope_id", scopeId));
  }

  static Exchange<Map<String, @Nullable Object>> deleteTool(String name, String scopeId) {
    return Exchange.object(ApiRequest.delete(path(name)).query("scope_id", scopeId));
  }

  static Exchange<Map<String, @Nullable Object>> listCalls(ListCallsOptions options) {
    return Exchange.object(
        ApiRequest.get("/calls")
            .query("state", options.state)
            .query("agent_id", options.agentId)
            .query("limit", options.limit)
            .query("offset", options.offset));
  }

  static Exchange<Map<String, @Nullable Object>> getCall(String callId) {
    return Exchange.object(ApiRequest.get(callPath(callId)));
  }

  static Exchange<Map<String, @Nullable Object>> resolveCall(
      String callId, String outcome, ResolveCallOptions options) {
    Body body =
        new Body()
            .with("outcome", Arguments.text("outcome", outcome))
            .with("result", Values.object(options.result))
            .with("note", options.note);
    return Exchange.object(ApiRequest.post(callPath(callId) + "/resolve", body.fields()));
  }

  private static String path(String name) {
    return "/tools/" + ApiRequest.part(Arguments.text("name", name));
  }

  private static String callPath(String callId) {
    return "/calls/" + ApiRequest.part(Arguments.text("callId", callId));
  }
}
