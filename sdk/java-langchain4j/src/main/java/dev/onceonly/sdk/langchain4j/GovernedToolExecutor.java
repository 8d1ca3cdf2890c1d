package dev.onceonly.sdk.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.onceonly.sdk.tool.GovernedToolCalls;
import org.jspecify.annotations.Nullable;

/// Leaves policy, budget and the call itself to the server.
final class GovernedToolExecutor implements ToolExecutor {
  private final GovernedToolCalls calls;

  GovernedToolExecutor(GovernedToolCalls calls) {
    this.calls = calls;
  }

  @Override
  public String execute(ToolExecutionRequest request, @Nullable Object memoryId) {
    return calls.call(Requests.call(request, memoryId));
  }
}
