package dev.onceonly.sdk.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.onceonly.sdk.tool.ToolCall;
import org.jspecify.annotations.Nullable;

/// LangChain4j's requests as the SDK's.
final class Requests {
  private Requests() {}

  static ToolCall call(ToolExecutionRequest request, @Nullable Object memoryId) {
    // Some models leave out the arguments of tools that take none.
    @Nullable String arguments = request.arguments();
    return new ToolCall(request.name(), arguments == null ? "" : arguments, memoryId);
  }
}
