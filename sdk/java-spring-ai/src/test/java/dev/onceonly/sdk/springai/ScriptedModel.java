package dev.onceonly.sdk.springai;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/// A model that asks for the same tool calls in every conversation, then says "done" and keeps what
/// the tools have answered.
final class ScriptedModel implements ChatModel {
  private final String tool;
  private final List<String> arguments;
  private final List<String> answers = new ArrayList<>();
  private final AtomicInteger ids = new AtomicInteger();

  private ScriptedModel(String tool, List<String> arguments) {
    this.tool = tool;
    this.arguments = arguments;
  }

  /// One that calls one tool, once for each of the arguments.
  static ScriptedModel calling(String tool, String... arguments) {
    return new ScriptedModel(tool, List.of(arguments));
  }

  /// What the tools have answered so far.
  List<String> answers() {
    return List.copyOf(answers);
  }

  @Override
  public ChatOptions getOptions() {
    return ToolCallingChatOptions.builder().build();
  }

  @Override
  public ChatResponse call(Prompt prompt) {
    List<String> now =
        prompt.getInstructions().stream()
            .filter(ToolResponseMessage.class::isInstance)
            .flatMap(message -> ((ToolResponseMessage) message).getResponses().stream())
            .map(ToolResponseMessage.ToolResponse::responseData)
            .toList();
    answers.addAll(now);
    AssistantMessage answer = now.isEmpty() ? asking() : new AssistantMessage("done");
    return new ChatResponse(List.of(new Generation(answer)));
  }

  // Models give each call an id of its own, so an id can't tell a repeated call.
  private AssistantMessage asking() {
    return AssistantMessage.builder()
        .content("")
        .toolCalls(
            arguments.stream()
                .map(json ->
                    new AssistantMessage.ToolCall(
                        "call_" + ids.incrementAndGet(), "function", tool, json))
                .toList())
        .build();
  }
}
