package dev.onceonly.sdk.tool;

import org.jspecify.annotations.Nullable;

/// What a model asks for. Immutable.
///
/// @param tool the tool's name, not blank
/// @param arguments the arguments as the model wrote them: JSON text, blank for none. Equal
///   arguments are the same call whatever the order of their properties; text that is no JSON is
///   only equal to itself
/// @param conversation stands for the conversation, such as a memory id; null for none
public record ToolCall(String tool, String arguments, @Nullable Object conversation) {
  /// Refuses a blank name.
  public ToolCall {
    if (tool.isBlank()) {
      throw new IllegalArgumentException("a tool's name must not be blank");
    }
  }
}
