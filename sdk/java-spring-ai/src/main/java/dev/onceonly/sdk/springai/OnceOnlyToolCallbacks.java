package dev.onceonly.sdk.springai;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.tool.GovernedToolCalls;
import dev.onceonly.sdk.tool.GovernedToolOptions;
import dev.onceonly.sdk.tool.IdempotentToolCalls;
import dev.onceonly.sdk.tool.IdempotentToolOptions;
import java.util.Arrays;
import java.util.function.Consumer;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.definition.ToolDefinition;

/// Makes tools of Spring AI run exactly once: a model that asks for the same action again, in the
/// same answer, in a retry or on another machine, gets no second effect.
///
/// ```java
/// OnceOnlyToolCallbacks tools = OnceOnlyToolCallbacks.of(onceOnly);
/// chatClient.prompt("Welcome Ada").tools(tools.idempotentToolsOf(new MailTools())).call().content();
/// ```
///
/// Errors of OnceOnly itself, such as a plan's limit, become Spring AI's `ToolExecutionException`,
/// so that the application's exception processor decides whether the model reads them. Immutable
/// and thread-safe; the client stays the caller's to close.
public final class OnceOnlyToolCallbacks {
  private final OnceOnly client;
  private final IdempotentToolCalls calls;

  private OnceOnlyToolCallbacks(OnceOnly client, Consumer<IdempotentToolOptions> options) {
    this.client = client;
    this.calls = new IdempotentToolCalls(client, options);
  }

  /// Tools guarded by `client`, with the default options: a duplicate is told.
  public static OnceOnlyToolCallbacks of(OnceOnly client) {
    return of(client, options -> {});
  }

  /// Tools guarded by `client`. The conversation that the options speak of is the tool context's
  /// `ChatMemory.CONVERSATION_ID`, and their context is the whole tool context.
  public static OnceOnlyToolCallbacks of(OnceOnly client, Consumer<IdempotentToolOptions> options) {
    return new OnceOnlyToolCallbacks(client, options);
  }

  /// The same tool with its definition and metadata, exactly once.
  public ToolCallback idempotent(ToolCallback tool) {
    return new IdempotentToolCallback(calls, tool);
  }

  /// All tools of a provider, exactly once; the provider is asked each time anew.
  public ToolCallbackProvider idempotent(ToolCallbackProvider provider) {
    return () ->
        Arrays.stream(provider.getToolCallbacks())
            .map(this::idempotent)
            .toArray(ToolCallback[]::new);
  }

  /// All methods of the objects that are annotated with Spring AI's `@Tool`, exactly once.
  ///
  /// @throws IllegalStateException when an object has no such method
  public ToolCallback[] idempotentToolsOf(Object... objectsWithTools) {
    return Arrays.stream(ToolCallbacks.from(objectsWithTools))
        .map(this::idempotent)
        .toArray(ToolCallback[]::new);
  }

  /// A tool that runs nothing here: the server asks the policy of the agent `agentId` and calls the
  /// tool that is registered there under the definition's name.
  public ToolCallback governed(String agentId, ToolDefinition definition) {
    return governed(agentId, definition, options -> {});
  }

  /// The same, with a run or a cost.
  public ToolCallback governed(
      String agentId, ToolDefinition definition, Consumer<GovernedToolOptions> options) {
    return new GovernedToolCallback(new GovernedToolCalls(client, agentId, options), definition);
  }
}
