package dev.onceonly.sdk.springai;

import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.tool.GovernedToolCalls;
import dev.onceonly.sdk.tool.ToolCall;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;

/// Leaves policy, budget and the call itself to the server.
final class GovernedToolCallback implements ToolCallback {
  private final GovernedToolCalls calls;
  private final ToolDefinition definition;

  GovernedToolCallback(GovernedToolCalls calls, ToolDefinition definition) {
    this.calls = calls;
    this.definition = definition;
  }

  @Override
  public ToolDefinition getToolDefinition() {
    return definition;
  }

  @Override
  public String call(String toolInput) {
    return call(toolInput, null);
  }

  // The context is this process's own and goes nowhere.
  @Override
  public String call(String toolInput, @Nullable ToolContext context) {
    try {
      return calls.call(new ToolCall(definition.name(), toolInput, null));
    } catch (OnceOnlyException | IllegalArgumentException e) {
      throw new ToolExecutionException(definition, e);
    }
  }
}
