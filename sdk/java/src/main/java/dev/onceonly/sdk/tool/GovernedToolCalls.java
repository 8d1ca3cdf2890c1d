package dev.onceonly.sdk.tool;

import dev.onceonly.sdk.AiToolResult;
import dev.onceonly.sdk.OnceOnly;
import java.util.function.Consumer;

/// Sends tool calls through the server, which asks the agent's policy, keeps its budget and calls
/// the registered tool itself, once for equal arguments. Immutable and thread-safe; the client
/// stays the caller's to close.
public final class GovernedToolCalls {
  private final OnceOnly client;
  private final String agentId;
  private final GovernedToolOptions options;

  /// Calls in the name of the agent `agentId`.
  public GovernedToolCalls(OnceOnly client, String agentId, Consumer<GovernedToolOptions> options) {
    if (agentId.isBlank()) {
      throw new IllegalArgumentException("agentId must not be empty");
    }
    this.client = client;
    this.agentId = agentId;
    this.options = new GovernedToolOptions();
    options.accept(this.options);
  }

  /// Makes the call and gives the text for the model: the tool's result as JSON, or why the call
  /// was blocked.
  ///
  /// @throws IllegalArgumentException when the arguments are no JSON object; nothing has been sent
  /// @throws dev.onceonly.sdk.error.OnceOnlyException when the tool is not registered or failed, or
  ///   the server is away
  public String call(ToolCall call) {
    var args = ToolJson.object(call.arguments());
    AiToolResult result =
        client
            .ai()
            .runTool(
                agentId,
                call.tool(),
                o -> o.args(args).runId(options.runId).spendUsd(options.spendUsd));
    return ToolText.governed(call.tool(), result);
  }
}
