package dev.onceonly.http.api;

import dev.onceonly.core.service.GovernedCall;
import dev.onceonly.core.service.ToolBody;
import dev.onceonly.http.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body that is sent to a tool, as JSON. Thread-safe.
public final class JsonToolBody implements ToolBody {
  private static final String FENCE = "fence";

  @Override
  public String write(GovernedCall call, String idempotencyKey) {
    ObjectNode body =
        Json.object().put("tool", call.action().tool()).put("agent_id", call.asker().agentId());
    body.set("args", read(call.action().argsJson()));
    if (call.options().runId() != null) {
      body.put("run_id", call.options().runId());
    }
    body.put("request_id", call.options().requestId()).put("idempotency_key", idempotencyKey);
    GovernedCall.RunStep step = call.options().step();
    if (step != null) {
      body.put(FENCE, step.fence());
    }
    return Json.text(body);
  }

  @Override
  public @Nullable Long fence(String bodyJson) {
    JsonNode fence = read(bodyJson).get(FENCE);
    return fence == null ? null : (Long) fence.longValue();
  }

  private static JsonNode read(String json) {
    return Json.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
