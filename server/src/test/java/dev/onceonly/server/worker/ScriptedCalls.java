package dev.onceonly.server.worker;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.CallAnswer.Made;
import dev.onceonly.core.service.CallAnswer.ToolFailure;
import dev.onceonly.core.service.Calls;
import dev.onceonly.core.service.GovernedCall;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Answers governed calls by the name of their tool: what the worker makes of each answer is what
/// its tests are about. Thread-safe.
final class ScriptedCalls implements Calls {
  private final List<GovernedCall> asked = new CopyOnWriteArrayList<>();
  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
  private final AtomicInteger passing = new AtomicInteger();

  /// Lets calls of a tool wait until the latch is counted down.
  CountDownLatch hold(String tool) {
    CountDownLatch gate = new CountDownLatch(1);
    gates.put(tool, gate);
    return gate;
  }

  /// Refuses the next calls for reasons that pass.
  void refuse(int times) {
    passing.set(times);
  }

  List<GovernedCall> asked() {
    return List.copyOf(asked);
  }

  /// The tools that were called, in order.
  List<String> tools() {
    return asked.stream().map(call -> call.action().tool()).toList();
  }

  @Override
  public CallAnswer call(GovernedCall call) {
    asked.add(call);
    if (passing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Failure.overloaded("too much is in flight");
    }
    String tool = call.action().tool();
    CountDownLatch gate = gates.get(tool);
    if (gate != null) {
      awaitOpen(gate);
    }
    if (call.options().dryRun()) {
      return tool.equals("blocked")
          ? decided(Decision.DRY_RUN, false, Reason.TOOL_EXPLICITLY_BLOCKED, null)
          : decided(Decision.DRY_RUN, true, Reason.OK, null);
    }
    return switch (tool) {
      case "blocked" -> decided(Decision.BLOCKED, false, Reason.TOOL_EXPLICITLY_BLOCKED, null);
      case "failing" -> decided(Decision.ERROR, true, Reason.TOOL_ERROR, null);
      case "uncertain" -> decided(Decision.UNKNOWN, true, Reason.TOOL_ERROR, null);
      case "repeated" -> decided(Decision.DEDUP, true, Reason.TOOL_IDEMPOTENCY, "{\"n\":1}");
      case "large" ->
          decided(Decision.EXECUTED, true, Reason.OK, "{\"text\":\"" + "x".repeat(600_000) + "\"}");
      case "missing" -> throw new Failure(ErrorCode.TOOL_NOT_FOUND, "no tool");
      case "broken" -> throw new IllegalStateException("broken on purpose");
      default -> decided(Decision.EXECUTED, true, Reason.OK, call.action().argsJson());
    };
  }

  private static CallAnswer.Decided decided(
      Decision decision, boolean allowed, Reason reason, @Nullable String resultJson) {
    Made made = resultJson == null ? null : new Made("call_1", 0, resultJson, false);
    boolean wrong = decision == Decision.ERROR || decision == Decision.UNKNOWN;
    ToolFailure failure = wrong ? new ToolFailure(500, "the tool answered 500") : null;
    return new CallAnswer.Decided(decision, allowed, reason, null, made, failure);
  }

  private static void awaitOpen(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
