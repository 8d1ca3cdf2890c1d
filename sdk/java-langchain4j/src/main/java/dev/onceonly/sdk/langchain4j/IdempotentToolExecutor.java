package dev.onceonly.sdk.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.onceonly.sdk.tool.IdempotentToolCalls;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs another executor, each call once.
final class IdempotentToolExecutor implements ToolExecutor {
  private final IdempotentToolCalls calls;
  private final ToolExecutor tool;

  IdempotentToolExecutor(IdempotentToolCalls calls, ToolExecutor tool) {
    this.calls = calls;
    this.tool = tool;
  }

  @Override
  public String execute(ToolExecutionRequest request, @Nullable Object memoryId) {
    return calls.call(Requests.call(request, memoryId), () -> tool.execute(request, memoryId));
  }

  @Override
  public ToolExecutionResult executeWithContext(
      ToolExecutionRequest request, InvocationContext context) {
    AtomicReference<@Nullable ToolExecutionResult> own = new AtomicReference<>();
    Supplier<String> run =
        () -> {
          ToolExecutionResult result = tool.executeWithContext(request, context);
          own.set(result);
          if (result.isError()) {
            throw new ToolSaidError();
          }
          return result.resultText();
        };
    try {
      String text = calls.call(Requests.call(request, context), run);
      ToolExecutionResult result = own.get();
      // Whoever has run the tool keeps everything that it gave, not only its text.
      return result != null ? result : ToolExecutionResult.builder().resultText(text).build();
    } catch (ToolSaidError e) {
      ToolExecutionResult result = own.get();
      if (result == null) {
        throw e;
      }
      return result;
    }
  }

  /// Tells the lease that the tool has failed, although it did so by a value.
  private static final class ToolSaidError extends RuntimeException {
    ToolSaidError() {
      super("the tool's result is an error", null, false, false);
    }
  }
}
