package dev.onceonly.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentHourKey;
import dev.onceonly.core.govern.AgentHourRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.Policy.Caps;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.ToolDayKey;
import dev.onceonly.core.govern.ToolDayRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.KillSwitch;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.usage.UsageDays;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Governed calls on a store, with scripted tools, and what a test looks at.
public final class CallsUnderTest {
  public static final String TOOL = "mail.send";
  public static final GovernedCalls.Limits LIMITS =
      limits(10_000, new GovernedCalls.Room(256, 256, GovernedCalls.Line.DEFAULT));

  /// Nobody waits in line.
  public static final GovernedCalls.Line NO_LINE = new GovernedCalls.Line(0, 0, 0);

  private final Store store;
  private final ScriptedTools tools = new ScriptedTools();
  private final List<String> putOff = new CopyOnWriteArrayList<>();
  private final KillSwitch killSwitch;
  private final GovernedCalls calls;

  /// Bounds that are as usual but for these.
  ///
  /// @param waitMs how long an identical call waits for the one in flight
  public static GovernedCalls.Limits limits(long waitMs, GovernedCalls.Room room) {
    return new GovernedCalls.Limits(waitMs, 60_000, 10_000, 100_000, room);
  }

  public CallsUnderTest(Store store, GovernedCalls.Limits limits) {
    this.store = store;
    this.killSwitch = new KillSwitch(store);
    store.listen(killSwitch);
    this.calls = new GovernedCalls(store, parts(tools, false), limits);
  }

  /// The parts of a further dispatcher on the same store.
  public GovernedCalls.Parts parts(ScriptedTools others, boolean policyNeeded) {
    return new GovernedCalls.Parts(
        others,
        killSwitch,
        new PlainBody(),
        new GovernedCalls.Means(
            () -> ThreadLocalRandom.current().nextLong(),
            Thread::startVirtualThread,
            (callId, _) -> putOff.add(callId)),
        _ -> Callers.unlimited(CallAsk.NAMESPACE).plan(),
        _ -> policyNeeded);
  }

  public GovernedCalls calls() {
    return calls;
  }

  public ScriptedTools tools() {
    return tools;
  }

  /// Ids of calls whose outcome could not be stored at once.
  public List<String> putOff() {
    return putOff;
  }

  public KillSwitch killSwitch() {
    return killSwitch;
  }

  /// Makes the call; it must be decided.
  public CallAnswer.Decided call(CallAsk ask) {
    return decided(calls.call(ask.call()));
  }

  public static CallAnswer.Decided decided(CallAnswer answer) {
    return switch (answer) {
      case CallAnswer.Decided decided -> decided;
      case CallAnswer.OverLimit(var limit) -> throw new AssertionError("refused: " + limit);
    };
  }

  /// The call behind an answer, as stored.
  public CallRow row(CallAnswer.Decided answer) {
    CallRow row = store.get(key(answer));
    if (row == null) {
      throw new AssertionError("no call behind " + answer);
    }
    return row;
  }

  public static CallKey key(CallAnswer.Decided answer) {
    CallAnswer.Made made = answer.call();
    if (made == null) {
      throw new AssertionError("nothing was reserved: " + answer);
    }
    return new CallKey(CallAsk.NAMESPACE, CallId.number(made.callId()).orElseThrow());
  }

  /// Writes a row past every service.
  public <T> void put(RowKey<T> key, @Nullable T row) {
    store.run(new Put<>(key, row));
  }

  private record Put<T>(RowKey<T> key, @Nullable T row) implements Step<Boolean> {
    @Override
    public long namespaceId() {
      return CallAsk.NAMESPACE;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key);
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      return new Decided<>(true, List.of(new Change<>(key, row)), List.of(), null);
    }
  }

  public static ToolRow tool(String url, int maxRetries) {
    return new ToolRow(
        new ToolRow.Endpoint(
            url, new ToolRow.Secret("sealed", "sec_00000000", "***abc"), null, false),
        new ToolRow.Delivery(1_000, maxRetries),
        true,
        null,
        0);
  }

  /// Registers the tool `mail.send` for everybody.
  public void register(int maxRetries) {
    put(
        ToolKey.global(CallAsk.NAMESPACE, TOOL),
        tool("https://tools.example.org/mail", maxRetries));
  }

  public void policy(String agentId, Policy policy) {
    put(new PolicyKey(CallAsk.NAMESPACE, agentId), new PolicyRow(policy, policy.version(), 0));
  }

  public static Policy caps(
      @Nullable Long actions, @Nullable Long spendNanoUsd, @Nullable Long mailCalls) {
    Map<String, Long> calls = mailCalls == null ? null : Map.of(TOOL, mailCalls);
    return new Policy(null, null, new Caps(actions, spendNanoUsd, calls), null);
  }

  /// Throws or lifts the agent's switch.
  public void enabled(AgentKey agent, boolean on) {
    AgentRow row = store.get(agent);
    AgentRow before = row == null ? AgentRow.UNSEEN : row;
    put(agent, on ? before.enabled() : before.disabledAt(1, "stop"));
  }

  public AgentDayRow day(String agentId) {
    AgentDayRow row =
        store.get(
            AgentDayKey.of(new AgentKey(CallAsk.NAMESPACE, agentId), UsageDays.day(store.now())));
    return row == null ? AgentDayRow.NONE : row;
  }

  public long hourActions(String agentId) {
    AgentHourRow row =
        store.get(AgentHourKey.at(new AgentKey(CallAsk.NAMESPACE, agentId), store.now()));
    return row == null ? 0 : row.actions();
  }

  public long toolCalls(String agentId) {
    ToolDayRow row =
        store.get(new ToolDayKey(CallAsk.NAMESPACE, agentId, TOOL, UsageDays.day(store.now())));
    return row == null ? 0 : row.calls();
  }

  /// The agent's audit log, oldest first.
  public List<AuditEntry> log(String agentId) {
    ChainKey chain = new ChainKey(CallAsk.NAMESPACE, agentId);
    ChainRow head = store.get(chain);
    List<AuditEntry> entries = new ArrayList<>();
    for (long number = 1; head != null && number <= head.length(); number++) {
      AuditEntry entry = store.get(new AuditKey(chain, number));
      if (entry == null) {
        throw new AssertionError("entry " + number + " is missing");
      }
      entries.add(entry);
    }
    return entries;
  }

  /// The decisions in the agent's audit log, oldest first.
  public List<String> decisions(String agentId) {
    return log(agentId).stream()
        .map(entry -> entry.call() == null ? "" : entry.call().verdict().decision())
        .toList();
  }

  /// Reserved and settled spend and the counted actions of an agent.
  public void assertBudget(String agentId, long actions, long reserved, long settled) {
    AgentDayRow day = day(agentId);
    assertThat(day.actions()).as("actions").isEqualTo(actions);
    assertThat(day.reservedNanoUsd()).as("reserved").isEqualTo(reserved);
    assertThat(day.settledNanoUsd()).as("settled").isEqualTo(settled);
    assertThat(hourActions(agentId)).as("actions of the hour").isEqualTo(actions);
    assertThat(toolCalls(agentId)).as("calls of the tool").isEqualTo(actions);
  }
}
