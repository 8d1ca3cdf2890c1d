package dev.onceonly.sdk.tool;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.AiToolResult;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the model reads where the tool itself has said nothing.
final class ToolText {
  private ToolText() {}

  static String duplicate(String tool, @Nullable Instant firstSeenAt) {
    String when = firstSeenAt == null ? "" : ", first at " + firstSeenAt;
    return "Action '%s' was not run again: the same call was made before%s. This does not say whether that one succeeded."
        .formatted(tool, when);
  }

  static String replayed(String tool, AiResult result) {
    if (result.isCompleted()) {
      String text = ToolJson.text(result.result());
      if (text != null) {
        return text;
      }
      return ToolJson.isEmpty(result.result())
          ? "Action '%s' was done, and gave nothing.".formatted(tool)
          : "Action '%s' was done before, and its result was too long to be kept.".formatted(tool);
    }
    if ("failed".equals(result.status()) && !"timeout".equals(result.errorCode())) {
      return "Action '%s' failed before (%s) and is not run again."
          .formatted(tool, result.errorCode());
    }
    return "Action '%s' is running elsewhere and has no result yet.".formatted(tool);
  }

  static String governed(String tool, AiToolResult result) {
    if (!result.allowed()) {
      return "Action '%s' blocked (%s).".formatted(tool, result.policyReason());
    }
    @Nullable Map<String, @Nullable Object> value = result.result();
    if (value == null && "dedup".equals(result.decision())) {
      return duplicate(tool, null);
    }
    String text = ToolJson.text(value);
    return text != null ? text : "Action '%s' %s.".formatted(tool, result.decision());
  }
}
