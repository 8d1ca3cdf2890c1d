package dev.onceonly.server.worker;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.run.ActionEnd;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunEvents;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.KillSwitch;
import dev.onceonly.core.service.Patience;
import dev.onceonly.core.service.RunDocuments;
import dev.onceonly.core.service.RunDocuments.RunFailure;
import dev.onceonly.core.service.RunWork;
import dev.onceonly.core.service.RunWork.Ended;
import dev.onceonly.core.service.RunWork.Next;
import dev.onceonly.core.service.RunWork.Work;
import dev.onceonly.core.service.StopSignal;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One claimed run, action by action, until it ends, is lost, or the server stops. Used by one
/// thread.
final class RunExecution {
  private static final System.Logger LOG = System.getLogger(RunExecution.class.getName());

  private final Parts parts;
  private final Work work;
  private final TaskRow.Plan plan;

  /// As they stand now.
  private final List<ActionRow> actions;

  /// The action that has ended and is not recorded yet.
  private @Nullable Ended ended;

  private long resultBytes;

  RunExecution(Parts parts, Work work) {
    this.parts = parts;
    this.work = work;
    this.plan = work.task().plan();
    this.actions = new ArrayList<>(work.actions());
  }

  /// What every run needs.
  record Parts(
      RunWork runs,
      ActionCalls calls,
      RunDocuments documents,
      KillSwitch killSwitch,
      Patience patience,
      StopSignal stop) {}

  /// How it was left.
  enum Left {
    COMPLETED,
    FAILED,
    /// Somebody else has ended or acquired it.
    LOST,
    /// It waits for another start.
    RELEASED
  }

  /// Runs what is not done yet.
  ///
  /// @throws Patience.Stopped where the server stops in the middle: what was begun is asked about
  ///   again by the next worker
  Left run() {
    try {
      return runActions();
    } catch (Patience.Stopped stopped) {
      throw stopped;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "run " + work.key() + " could not go on", e);
      return fail(ActionCalls.WORKER_ERROR, -1);
    }
  }

  private Left runActions() {
    if (!plan.valid()) {
      return fail(ActionCalls.INVALID_ACTIONS, -1);
    }
    for (int i = 0; i < actions.size(); i++) {
      ActionRow action = actions.get(i);
      if (action.done() != null) {
        resultBytes += bytes(action.done());
        continue;
      }
      Left left = act(i);
      if (left != null) {
        return left;
      }
    }
    RunDocuments.Document result = parts.documents.result(plan, actions);
    String data = parts.documents.runFinished(work.key().key(), plan, null);
    return advance(new Next.Complete(result, data)) ? Left.COMPLETED : Left.LOST;
  }

  /// Runs one action; null where the run goes on.
  private @Nullable Left act(int index) {
    if (parts.stop.isGiven()) {
      return advance(new Next.Release()) ? Left.RELEASED : Left.LOST;
    }
    AgentKey agent = new AgentKey(work.key().namespaceId(), plan.agentId());
    if (!parts.killSwitch.allows(agent)) {
      return fail(ActionCalls.POLICY_BLOCKED, index);
    }
    if (!advance(new Next.Begin(index))) {
      return Left.LOST;
    }
    ActionCalls.Outcome outcome = parts.calls.call(work, index);
    ActionEnd end = bounded(outcome.end());
    ended = new Ended(index, end);
    if (end.done() != null) {
      actions.set(index, actions.get(index).finished(end.done()));
    }
    return outcome.errorCode() == null ? null : fail(outcome.errorCode(), index);
  }

  /// A result that can't be shown any more is not kept either.
  private ActionEnd bounded(ActionEnd end) {
    ActionRow.Done done = end.done();
    if (done == null) {
      return end;
    }
    int more = bytes(done);
    if (resultBytes + more <= RunDocuments.RESULT_BYTES_MAX) {
      resultBytes += more;
      return end;
    }
    ActionRow.Done omitted = new ActionRow.Done(done.decision(), done.reason(), null);
    return new ActionEnd(end.tool(), end.status(), end.durationMs(), end.dataJson(), omitted);
  }

  private static int bytes(ActionRow.Done done) {
    String json = done.resultJson();
    return json == null ? 0 : json.getBytes(StandardCharsets.UTF_8).length;
  }

  /// Ends the run.
  ///
  /// @param index of the action at which it failed; negative for none
  private Left fail(String errorCode, int index) {
    String step = index < 0 ? null : RunEvents.step(index);
    String tool = index < 0 ? null : actions.get(index).tool();
    String key = work.key().key();
    String data = parts.documents.runFinished(key, plan, new RunFailure(errorCode, step, tool));
    String at = step == null ? "" : " at " + step + " (tool " + tool + ")";
    String mail =
        "Run " + plan.runId() + " with key " + key + " failed" + at + ": " + errorCode + ".";
    return advance(new Next.Fail(errorCode, data, mail)) ? Left.FAILED : Left.LOST;
  }

  private boolean advance(Next next) {
    Ended recorded = ended;
    boolean ours = parts.patience.ask(() -> parts.runs.advance(work, recorded, next));
    ended = null;
    return ours;
  }
}
