package dev.onceonly.testkit;

import dev.onceonly.core.service.GovernedCall;
import dev.onceonly.core.service.ToolBody;
import org.jspecify.annotations.Nullable;

/// A body that holds what tests look at; its values need no escape.
final class PlainBody implements ToolBody {
  private static final String FENCE = ",\"fence\":";

  @Override
  public String write(GovernedCall call, String idempotencyKey) {
    GovernedCall.RunStep step = call.options().step();
    return "{\"args\":"
        + call.action().argsJson()
        + ",\"idempotency_key\":\""
        + idempotencyKey
        + "\""
        + (step == null ? "" : FENCE + step.fence())
        + "}";
  }

  @Override
  public @Nullable Long fence(String bodyJson) {
    int at = bodyJson.lastIndexOf(FENCE);
    return at < 0
        ? null
        : (Long) Long.parseLong(bodyJson, at + FENCE.length(), bodyJson.length() - 1, 10);
  }
}
