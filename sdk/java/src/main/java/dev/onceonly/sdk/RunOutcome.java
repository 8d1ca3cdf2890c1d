package dev.onceonly.sdk;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `ai().run` and `ai().runAndWait` give: [AiRun] or [AiResult] for a keyed run,
/// [AiToolResult] for a governed call.
public sealed interface RunOutcome permits AiRun, AiResult, AiToolResult {
  /// Whether the server took the request as it was meant.
  boolean ok();

  /// The whole answer, unmodifiable, with what newer servers add.
  Map<String, @Nullable Object> raw();
}
