package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The steps by which dispatchers take and keep calls.
final class Claims {
  private Claims() {}

  private static boolean isOpen(@Nullable CallRow row) {
    return row != null && row.state() == CallState.RESERVED;
  }

  /// Counts one more attempt and holds the claim longer.
  ///
  /// Its answer: whether the call is still this dispatcher's.
  record Renew(CallKey key, ToolRow tool, long claim) implements Step<Boolean> {
    @Override
    public Passage passage() {
      return Passage.FREE;
    }

    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key);
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      CallRow row = rows.get(key);
      if (row == null || !isOpen(row) || row.delivery().claim() != claim) {
        return Decided.unchanged(false);
      }
      CallRow renewed = CallRows.again(row, claim, tool, now);
      return new Decided<>(true, List.of(new Change<>(key, renewed)), List.of(), null);
    }
  }

  /// Lets go of calls that nobody works at any more. Its answer: how many.
  record Release(List<CallKey> keys) implements Step<Integer> {
    @Override
    public long namespaceId() {
      return keys.getFirst().namespaceId();
    }

    @Override
    public int weight() {
      return keys.size();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return keys;
    }

    @Override
    public Decided<Integer> decide(Rows rows, Instant now) {
      List<Change<?>> changes = new ArrayList<>(keys.size());
      for (CallKey key : keys) {
        CallRow row = rows.get(key);
        if (row != null && isOpen(row)) {
          changes.add(new Change<>(key, row.with(row.delivery().claimedBy(0, 0))));
        }
      }
      return new Decided<>(changes.size(), changes, List.of(), null);
    }
  }

  /// What became of a call whose claim has lapsed.
  sealed interface Adopted {

    /// To be sent once more, with the same key.
    record Again(CallRow row, ToolRow tool, int attemptsBefore) implements Adopted {}

    /// Claimed to be settled as unknown.
    record GiveUp(CallRow row, String why) implements Adopted {}

    /// Somebody else has it, or it has ended.
    record Gone() implements Adopted {}
  }

  /// Takes up a call whose claim has lapsed.
  ///
  /// @param inRun whether a step of a keyed run, whose worker writes its events
  /// @param restored whether nothing may be sent, and the claim does not matter
  record Adopt(CallKey key, CallRow seen, long claim, boolean inRun, boolean restored)
      implements Step<Adopted> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    private ToolKey tool() {
      return new ToolKey(key.namespaceId(), seen.asked().scopeId(), seen.asked().tool());
    }

    private AgentKey agent() {
      return new AgentKey(key.namespaceId(), seen.asked().agentId());
    }

    private CallContext context() {
      return CallContext.of(key, seen, CallContext.SERVER, inRun);
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      List<RowKey<?>> keys = new ArrayList<>(10);
      keys.addAll(List.of(key, tool(), agent(), AgentKey.all(key.namespaceId())));
      keys.addAll(CallRecord.reads(context(), now));
      return keys;
    }

    @Override
    public Decided<Adopted> decide(Rows rows, Instant now) {
      CallRow row = rows.get(key);
      if (row == null || !isOpen(row)) {
        return Decided.unchanged(new Adopted.Gone());
      }
      CallRow.Delivery delivery = row.delivery();
      if (!restored && delivery.claimUntilMs() > now.toEpochMilli()) {
        return Decided.unchanged(new Adopted.Gone());
      }
      ToolRow tool = rows.get(tool());
      String obstacle = restored ? "restored from a backup" : obstacle(row, tool, rows);
      if (tool == null || obstacle != null) {
        CallRow mine = row.with(delivery.claimedBy(claim, now.toEpochMilli() + CallRows.MARGIN_MS));
        String why = obstacle == null ? "" : obstacle;
        return changed(new Adopted.GiveUp(mine, why), mine, new ArrayList<>(1));
      }
      CallRow again = CallRows.again(row, claim, tool, now);
      List<Change<?>> changes = new ArrayList<>(5);
      CallRecord record = new CallRecord(context(), rows, now);
      record.started("taken up again: its dispatcher was gone");
      record.saveLogInto(changes);
      return changed(new Adopted.Again(again, tool, delivery.attempts()), again, changes);
    }

    private Decided<Adopted> changed(Adopted adopted, CallRow row, List<Change<?>> changes) {
      changes.add(new Change<>(key, row));
      return new Decided<>(adopted, changes, List.of(), null);
    }

    private @Nullable String obstacle(CallRow row, @Nullable ToolRow tool, Rows rows) {
      if (tool == null || !tool.enabled()) {
        return "the server stopped during the call, and the tool is gone or disabled";
      }
      if (!tool.binding().equals(row.delivery().toolBinding())) {
        return "the server stopped during the call, and the tool has changed since";
      }
      if (!isOn(rows.get(agent())) || !isOn(rows.get(AgentKey.all(key.namespaceId())))) {
        return "the server stopped during the call, and the agent is disabled";
      }
      return row.delivery().attempts() > tool.delivery().maxRetries()
          ? "the server stopped during the last attempt"
          : null;
    }

    private static boolean isOn(@Nullable AgentRow row) {
      return row == null || row.isEnabled();
    }
  }

  /// How a claim is kept: a store that refuses is asked again for a while, because a refusal says
  /// nothing about the claim.
  record Keeping(Store store, Patience patience) {
    /// About as long as a caller waits for what has ended.
    static final long PAUSED_MS_MAX = 10_000;

    /// Whether the claim, as it was made, has run out.
    boolean hasLapsed(Opened.Work work) {
      return store.now().toEpochMilli() >= work.call().row().delivery().claimUntilMs();
    }

    /// Whether the claim holds and has been renewed.
    boolean renew(Opened.Work work) {
      Renew step = new Renew(work.key(), work.tool(), work.call().claim());
      try {
        return patience.askFor(PAUSED_MS_MAX, () -> store.run(step));
      } catch (Failure | Patience.Stopped _) {
        return false;
      }
    }
  }

  /// Asks before every attempt whether it may begin: the claim must hold, and the switch is read
  /// last, right before anything is sent. For one dispatch, on one thread.
  static final class Attempts implements ToolDispatcher.Attempts {
    private final Keeping keeping;
    private final KillSwitch killSwitch;
    private final AgentKey agent;
    private final Opened.Work work;
    private int begun;
    private boolean switchedOff;

    Attempts(Keeping keeping, KillSwitch killSwitch, Opened.Work work) {
      this.keeping = keeping;
      this.killSwitch = killSwitch;
      this.agent = new AgentKey(work.key().namespaceId(), work.call().row().asked().agentId());
      this.work = work;
    }

    /// The first attempt of a dispatch was counted with the claim. It asks all the same where the
    /// claim has lapsed meanwhile, as after a stop of the process: another may have taken it.
    @Override
    public boolean begin(int number) {
      boolean asks = begun > 0 || keeping.hasLapsed(work);
      if (asks && !keeping.renew(work)) {
        return false;
      }
      if (!killSwitch.begin(agent)) {
        switchedOff = true;
        return false;
      }
      begun++;
      return true;
    }

    @Override
    public void end() {
      killSwitch.end(agent);
    }

    /// Whether it was the switch that refused the last one.
    boolean isSwitchedOff() {
      return switchedOff;
    }
  }
}
