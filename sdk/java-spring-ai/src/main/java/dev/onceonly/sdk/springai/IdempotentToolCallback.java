package dev.onceonly.sdk.springai;

import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.tool.IdempotentToolCalls;
import dev.onceonly.sdk.tool.ToolCall;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
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
    return guarded(toolInput, Map.of(), () -> tool.call(toolInput));
  }

  @Override
  public String call(String toolInput, @Nullable ToolContext context) {
    Map<String, Object> said = context == null ? Map.of() : context.getContext();
    return guarded(toolInput, said, () -> tool.call(toolInput, context));
  }

  private String guarded(String toolInput, Map<String, Object> said, Supplier<String> run) {
    ToolDefinition definition = tool.getToolDefinition();
    AtomicReference<@Nullable ToolExecutionException> own = new AtomicReference<>();
    ToolCall call =
        new ToolCall(definition.name(), toolInput, said.get(ChatMemory.CONVERSATION_ID), said);
    try {
      return calls.call(call, () -> bare(run, own));
    } catch (OnceOnlyException e) {
      throw new ToolExecutionException(definition, e);
    } catch (Exception e) {
      ToolExecutionException wrapped = own.get();
      throw wrapped == null ? Failures.<RuntimeException>sneak(e) : wrapped;
    }
  }

  // What the tool itself has thrown decides whether its key is released, not what Spring AI puts
  // around it.
  private static String bare(
      Supplier<String> run, AtomicReference<@Nullable ToolExecutionException> own) {
    try {
      return run.get();
    } catch (ToolExecutionException e) {
      own.set(e);
      throw Failures.<RuntimeException>sneak(e.getCause() == null ? e : e.getCause());
    }
  }
}
