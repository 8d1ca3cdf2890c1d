package dev.onceonly.sdk.springai;

import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.tool.IdempotentToolCalls;
import dev.onceonly.sdk.tool.ToolCall;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.metadata.ToolMetadata;

/// Runs another callback, each call once.
final class IdempotentToolCallback implements ToolCallback {
  private final IdempotentToolCalls calls;
  private final ToolCallback tool;

  IdempotentToolCallback(IdempotentToolCalls calls, ToolCallback tool) {
    this.calls = calls;
    this.tool = tool;
  }

  @Override
  public ToolDefinition getToolDefinition() {
    return tool.getToolDefinition();
  }

  @Override
  public ToolMetadata getToolMetadata() {
    return tool.getToolMetadata();
  }

  @Override
  public String call(String toolInput) {
    return guarded(toolInput, null, () -> tool.call(toolInput));
  }

  @Override
  public String call(String toolInput, @Nullable ToolContext context) {
    Object conversation =
        context == null ? null : context.getContext().get(ChatMemory.CONVERSATION_ID);
    return guarded(toolInput, conversation, () -> tool.call(toolInput, context));
  }

  private String guarded(String toolInput, @Nullable Object conversation, Supplier<String> run) {
    ToolDefinition definition = tool.getToolDefinition();
    try {
      return calls.call(new ToolCall(definition.name(), toolInput, conversation), run);
    } catch (OnceOnlyException e) {
      throw new ToolExecutionException(definition, e);
    }
  }
}
