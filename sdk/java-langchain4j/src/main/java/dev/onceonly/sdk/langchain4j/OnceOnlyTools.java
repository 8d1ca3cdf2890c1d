package dev.onceonly.sdk.langchain4j;

import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.tool.GovernedToolCalls;
import dev.onceonly.sdk.tool.GovernedToolOptions;
import dev.onceonly.sdk.tool.IdempotentToolCalls;
import dev.onceonly.sdk.tool.IdempotentToolOptions;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Makes tools of LangChain4j run exactly once: a model that asks for the same action again, in the
/// same answer, in a retry or on another machine, gets no second effect.
///
/// ```java
/// OnceOnlyTools tools = OnceOnlyTools.of(onceOnly);
/// Assistant assistant = AiServices.builder(Assistant.class)
///     .chatModel(model)
///     .tools(tools.idempotentToolsOf(new MailTools()))
///     .build();
/// ```
///
/// Immutable and thread-safe; the client stays the caller's to close.
public final class OnceOnlyTools {
  private final OnceOnly client;
  private final IdempotentToolCalls calls;

  private OnceOnlyTools(OnceOnly client, Consumer<IdempotentToolOptions> options) {
    this.client = client;
    this.calls = new IdempotentToolCalls(client, options);
  }

  /// Tools guarded by `client`, with the default options: a duplicate is told.
  public static OnceOnlyTools of(OnceOnly client) {
    return of(client, options -> {});
  }

  /// Tools guarded by `client`. The conversation that the options speak of is the chat memory's id
  /// (`@MemoryId`); the id `default`, which LangChain4j gives where there is none, is no
  /// conversation. The context of a call are its invocation parameters.
  public static OnceOnlyTools of(OnceOnly client, Consumer<IdempotentToolOptions> options) {
    return new OnceOnlyTools(client, options);
  }

  /// The same tool, exactly once. Fits where LangChain4j takes a function from executor to
  /// executor, such as `McpToolProvider.Builder.toolWrapper`.
  public ToolExecutor idempotent(ToolExecutor tool) {
    return new IdempotentToolExecutor(calls, tool);
  }

  /// The same tool with its specification and its return behaviour, exactly once.
  public AiServiceTool idempotent(AiServiceTool tool) {
    return tool.toBuilder().toolExecutor(idempotent(tool.toolExecutor())).build();
  }

  /// All methods of the objects that are annotated with LangChain4j's `@Tool`, exactly once, for
  /// `AiServices.tools(List)`.
  ///
  /// @throws dev.langchain4j.service.IllegalConfigurationException when an object has no such
  ///   method
  public List<AiServiceTool> idempotentToolsOf(Object... objectsWithTools) {
    return Arrays.stream(objectsWithTools)
        .flatMap(object -> ToolService.findTools(object).stream())
        .map(this::idempotent)
        .toList();
  }

  /// An executor that runs nothing here: the server asks the policy of the agent `agentId` and
  /// calls the tool that is registered there under the same name.
  public ToolExecutor governed(String agentId) {
    return governed(agentId, options -> {});
  }

  /// The same, with a run or a cost.
  public ToolExecutor governed(String agentId, Consumer<GovernedToolOptions> options) {
    return new GovernedToolExecutor(new GovernedToolCalls(client, agentId, options));
  }
}
