package dev.onceonly.sdk.tool;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a model asks for. Immutable.
///
/// @param tool the tool's name, not blank
/// @param arguments the arguments as the model wrote them: JSON text, blank for none. Equal
///   arguments are the same call whatever the order of their properties; text that is no JSON is
///   only equal to itself
/// @param conversation stands for the conversation, such as a memory id; null for none
/// @param context what the application says about the run, by name, such as the customer; empty for
///   nothing
public record ToolCall(
    String tool,
    String arguments,
    @Nullable Object conversation,
    Map<String, ? extends @Nullable Object> context) {
  /// A call without a context.
  public ToolCall(String tool, String arguments, @Nullable Object conversation) {
    this(tool, arguments, conversation, Map.of());
  }

  /// Refuses a blank name.
  public ToolCall {
    if (tool.isBlank()) {
      throw new IllegalArgumentException("tool must not be empty");
    }
  }
}
