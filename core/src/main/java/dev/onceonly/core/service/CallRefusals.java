package dev.onceonly.core.service;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.DedupRow;
import java.util.LinkedHashMap;
import java.util.Map;

/// The refusals of governed calls.
final class CallRefusals {
  private static final int RETRY_AFTER_SECONDS = 1;

  private CallRefusals() {}

  static Opened.Refused noTool(GovernedCall call) {
    return new Opened.Refused(noTool(call.action().tool()));
  }

  static Failure noTool(String tool) {
    return new Failure(ErrorCode.TOOL_NOT_FOUND, "no such tool", Map.of("tool", tool), 0);
  }

  static Opened.Refused tooManyAgents(long agentsMax) {
    String message = "namespace limit: max " + agentsMax + " agents";
    return new Opened.Refused(
        new Failure(ErrorCode.PLAN_LIMIT, message, Map.of("message", message), 0));
  }

  static Opened.Refused inProgress(DedupRow first) {
    Map<String, Object> said = Map.of("call_id", CallId.of(first.callNumber()));
    return new Opened.Refused(
        new Failure(
            ErrorCode.CALL_IN_PROGRESS,
            "an identical call is in flight",
            said,
            RETRY_AFTER_SECONDS));
  }

  static Opened.Refused keyReused(GovernedCall call, DedupRow first) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("key", String.valueOf(call.options().idempotencyKey()));
    said.put("stored_args_hash", first.argsHash());
    said.put("given_args_hash", call.action().argsHash());
    return new Opened.Refused(
        new Failure(ErrorCode.KEY_REUSED, "the key came with other arguments", said, 0));
  }

  static Failure noCall(String callId) {
    return new Failure(ErrorCode.CALL_NOT_FOUND, "no such call", Map.of("call_id", callId), 0);
  }

  static Failure notUnknown(CallKey key, CallRow row) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("call_id", CallId.of(key.number()));
    said.put("state", row.state().wireName());
    return new Failure(ErrorCode.CALL_NOT_UNKNOWN, "the call is not unknown", said, 0);
  }
}
