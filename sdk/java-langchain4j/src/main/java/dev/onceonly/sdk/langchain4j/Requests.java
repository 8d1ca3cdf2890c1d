package dev.onceonly.sdk.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.service.memory.ChatMemoryService;
import dev.onceonly.sdk.tool.ToolCall;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// LangChain4j's requests as the SDK's.
final class Requests {
  private Requests() {}

  static ToolCall call(ToolExecutionRequest request, @Nullable Object memoryId) {
    return call(request, memoryId, Map.of());
  }

  /// With what the application says about the invocation.
  static ToolCall call(ToolExecutionRequest request, InvocationContext context) {
    @Nullable InvocationParameters parameters = context.invocationParameters();
    return call(
        request, context.chatMemoryId(), parameters == null ? Map.of() : parameters.asMap());
  }

  private static ToolCall call(
      ToolExecutionRequest request, @Nullable Object memoryId, Map<String, Object> said) {
    // Some models leave out the arguments of tools that take none.
    @Nullable String arguments = request.arguments();
    return new ToolCall(
        request.name(), arguments == null ? "" : arguments, conversation(memoryId), said);
  }

  // An assistant without `@MemoryId` has one id for all conversations in the world.
  private static @Nullable Object conversation(@Nullable Object memoryId) {
    return ChatMemoryService.DEFAULT.equals(memoryId) ? null : memoryId;
  }
}
