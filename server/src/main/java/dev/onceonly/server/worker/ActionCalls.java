package dev.onceonly.server.worker;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.run.ActionEnd;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunEvents;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.Calls;
import dev.onceonly.core.service.GovernedCall;
import dev.onceonly.core.service.GovernedCall.RunStep;
import dev.onceonly.core.service.Patience;
import dev.onceonly.core.service.RunDocuments;
import dev.onceonly.core.service.RunWork.Work;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Makes the governed call of one action, and says what its answer means for the run (contract
/// 8.6). Thread-safe.
final class ActionCalls {
  static final String POLICY_BLOCKED = "policy_blocked";
  static final String TOOL_ERROR = "tool_error";
  static final String TOOL_NOT_FOUND = "tool_not_found";
  static final String PLAN_LIMIT = "plan_limit";
  static final String INVALID_ACTIONS = "invalid_actions";
  static final String WORKER_ERROR = "worker_error";

  private static final System.Logger LOG = System.getLogger(ActionCalls.class.getName());

  private final Calls calls;
  private final RunDocuments documents;
  private final LongFunction<Plan> planOf;
  private final Patience patience;

  /// Wires it.
  ///
  /// @param planOf the plan of the namespace with that id
  ActionCalls(Calls calls, RunDocuments documents, LongFunction<Plan> planOf, Patience patience) {
    this.calls = calls;
    this.documents = documents;
    this.planOf = planOf;
    this.patience = patience;
  }

  /// What became of an action.
  ///
  /// @param errorCode with which the run fails; null where it goes on
  record Outcome(ActionEnd end, @Nullable String errorCode) {}

  /// How an answer reads.
  private record Reading(String status, boolean done, @Nullable String errorCode) {}

  /// Calls the action's tool, or learns what came of it before.
  ///
  /// @param index from 0
  /// @throws Patience.Stopped where the server stops before the call was decided
  Outcome call(Work work, int index) {
    ActionRow action = work.actions().get(index);
    long began = System.nanoTime();
    try {
      GovernedCall call = governed(work, action, index);
      CallAnswer answer = patience.ask(() -> calls.call(call));
      if (answer instanceof CallAnswer.Decided decided) {
        return read(decided, action, began);
      }
      // The run was charged when it was acquired, so no limit is asked about its actions.
      LOG.log(Level.ERROR, "an action of run {0} was refused for the plan", work.key());
      return undecided(action, WORKER_ERROR, began);
    } catch (Failure failure) {
      if (failure.code() == ErrorCode.TOOL_NOT_FOUND) {
        return undecided(action, TOOL_NOT_FOUND, began);
      }
      // Nobody knows the agent, and its namespace may have no further one.
      if (failure.code() == ErrorCode.PLAN_LIMIT) {
        return undecided(action, PLAN_LIMIT, began);
      }
      LOG.log(Level.ERROR, "an action of run " + work.key() + " could not be called", failure);
      return undecided(action, WORKER_ERROR, began);
    } catch (Patience.Stopped stopped) {
      throw stopped;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "an action of run " + work.key() + " could not be called", e);
      return undecided(action, WORKER_ERROR, began);
    }
  }

  private GovernedCall governed(Work work, ActionRow action, int index) {
    TaskRow.Plan plan = work.task().plan();
    long namespaceId = work.key().namespaceId();
    String requestId = GrantId.lease(work.lease().grant().token()) + "." + RunEvents.step(index);
    RunStep step =
        new RunStep(
            work.key().key(),
            index + 1,
            action.chainHash(),
            work.lease().grant().fence(),
            action.origin() == null ? 0 : action.origin().sinceMs());
    return new GovernedCall(
        new GovernedCall.Asker(
            namespaceId, planOf.apply(namespaceId), plan.actor(), plan.agentId()),
        new GovernedCall.Action(
            action.tool(),
            action.argsJson(),
            documents.argsHash(action.argsJson()),
            action.spendNanoUsd()),
        new GovernedCall.Options(null, null, plan.runId(), requestId, plan.dryRun(), step));
  }

  private Outcome read(CallAnswer.Decided answer, ActionRow action, long began) {
    Reading reading =
        switch (answer.decision()) {
          case EXECUTED -> new Reading("ok", true, null);
          case DEDUP -> new Reading("dedup", true, null);
          // A dry run ends where the real one would.
          case DRY_RUN ->
              answer.allowed()
                  ? new Reading("ok", true, null)
                  : new Reading("blocked", false, POLICY_BLOCKED);
          case BLOCKED -> new Reading("blocked", false, POLICY_BLOCKED);
          case ERROR -> new Reading("error", false, TOOL_ERROR);
          // Left for a person, or for a rerun that asks with the same key.
          case UNKNOWN -> new Reading("unknown", false, TOOL_ERROR);
          case RESERVED -> throw new IllegalStateException("a reservation is no answer");
        };
    CallAnswer.Made made = answer.call();
    ActionRow.Done done =
        reading.done
            ? new ActionRow.Done(
                answer.decision().wireName(),
                answer.reason().wireName(),
                made == null ? null : made.resultJson())
            : null;
    ActionEnd end =
        new ActionEnd(action.tool(), reading.status, ms(began), documents.toolResult(answer), done);
    return new Outcome(end, reading.errorCode);
  }

  private Outcome undecided(ActionRow action, String errorCode, long began) {
    ActionEnd end =
        new ActionEnd(action.tool(), "error", ms(began), documents.notDecided(errorCode), null);
    return new Outcome(end, errorCode);
  }

  private static long ms(long beganNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
  }
}
