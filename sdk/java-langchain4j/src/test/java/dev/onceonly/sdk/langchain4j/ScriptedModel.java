package dev.onceonly.sdk.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A model that asks for the same tool calls in every conversation, then says "done" and keeps what
/// the tools have answered.
final class ScriptedModel implements ChatModel {
  private final List<ToolExecutionRequest> calls;
  private final List<String> answers = new ArrayList<>();
  private final AtomicInteger ids = new AtomicInteger();

  private ScriptedModel(List<ToolExecutionRequest> calls) {
    this.calls = calls;
  }

  /// One that calls one tool, once for each of the arguments.
  static ScriptedModel calling(String tool, String... arguments) {
    return new ScriptedModel(
        List.of(arguments).stream()
            .map(json -> ToolExecutionRequest.builder().name(tool).arguments(json).build())
            .toList());
  }

  /// What the tools have answered so far.
  List<String> answers() {
    return List.copyOf(answers);
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    List<String> now =
        request.messages().stream()
            .filter(ToolExecutionResultMessage.class::isInstance)
            .map(message -> ((ToolExecutionResultMessage) message).text())
            .toList();
    answers.addAll(now);
    return ChatResponse.builder()
        .aiMessage(now.isEmpty() ? asking() : AiMessage.from("done"))
        .build();
  }

  // Models give each call an id of its own, so an id can't tell a repeated call.
  private AiMessage asking() {
    return AiMessage.from(
        calls.stream()
            .map(call -> call.toBuilder().id("call_" + ids.incrementAndGet()).build())
            .toList());
  }
}
