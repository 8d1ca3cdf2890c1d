package dev.onceonly.core.service;

import org.jspecify.annotations.Nullable;

/// Writes the body that is sent to a tool (contract 7.1), and reads back what of it must be known
/// to send it once more. Pure and thread-safe.
public interface ToolBody {

  /// Compact JSON with `tool`, `agent_id`, `args`, `run_id`, `request_id`, `idempotency_key`, and
  /// in keyed runs `fence`.
  String write(GovernedCall call, String idempotencyKey);

  /// The fence of a body that was written for a step of a keyed run; null of any other.
  @Nullable Long fence(String bodyJson);
}
