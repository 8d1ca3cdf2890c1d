package dev.onceonly.http.api;

import dev.onceonly.http.Handler;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.input.Fields;

/// `/v1/ai/run`: with a `key` a run in the background, with `agent_id` and `tool` one governed call
/// (contract 4).
final class AiRunRoute {
  private final Handler keyed;
  private final Handler governed;

  AiRunRoute(Handler keyed, Handler governed) {
    this.keyed = keyed;
    this.governed = governed;
  }

  Route route() {
    return Route.post("/v1/ai/run", Admitted.ACTING, this::run);
  }

  private Reply run(Request request) {
    Fields fields = request.body();
    boolean isKeyed = fields.has("key");
    boolean isGoverned = fields.has("agent_id") || fields.has("tool");
    if (isKeyed == isGoverned) {
      fields.refuse("key", "either key, or agent_id and tool");
      request.done();
    }
    return isKeyed ? keyed.handle(request) : governed.handle(request);
  }
}
