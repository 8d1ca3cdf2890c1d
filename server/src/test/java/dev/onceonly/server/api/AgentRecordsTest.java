package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditChain;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditEntry.Verdict;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.UsageDays;
import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.server.OnceOnlyServer;
import dev.onceonly.server.Outbound;
import dev.onceonly.server.config.Settings;
import dev.onceonly.testkit.FreeStep;
import dev.onceonly.testkit.ManualTime;
import dev.onceonly.testkit.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How what agents did is shown. The rows are put there as calls would have put them, on a store
/// whose time is moved by hand.
class AgentRecordsTest {
  private static final Instant START = Instant.parse("2026-11-30T10:00:00Z");
  private static final AgentKey BOT = new AgentKey(1, "bot");
  private static final ChainKey CHAIN = new ChainKey(1, "bot");
  private static final String ARGS_HASH = "9c1f22aa".repeat(8);

  private static final Verdict EXECUTED = new Verdict(true, "executed", "ok", "low");
  private static final Verdict REPEATED = new Verdict(true, "dedup", "tool_idempotency", "low");
  private static final Verdict BLOCKED =
      new Verdict(false, "blocked", "tool_explicitly_blocked", "high");

  @TempDir private Path folder;

  private final ManualTime time = new ManualTime(START);
  private final MemoryStore store = new MemoryStore(time.storeClock());

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private OnceOnlyServer server;

  @BeforeEach
  void start() {
    Settings settings =
        Settings.of(
            Map.of(
                "data",
                folder.toString(),
                "port",
                "0",
                "api_key",
                LiveServer.ADMIN_KEY,
                // The tasks that a test puts into the store stay where they are.
                "worker_threads",
                "0"));
    server =
        OnceOnlyServer.start(
            settings,
            new OnceOnlyServer.Parts(
                store,
                new ServerMetrics(),
                Outbound.overTheNetwork(settings.governance().tools(), folder),
                () -> false));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theLogShowsDecisionsNewestFirstAndNoArguments() {
    record(call("mail.send", EXECUTED, 10_000_000, "call_1", "a1b2c3d4e5f6"));
    time.advanceMs(1_500);
    record(call("delete_user", BLOCKED, 0, null, null));

    Answer log = client().get("/v1/agents/bot/logs");

    assertThat(log.body())
        .isEqualTo(
            "[{\"ts\":1796032801,\"agent_id\":\"bot\",\"tool\":\"delete_user\",\"allowed\":false,"
                + "\"decision\":\"blocked\",\"policy_reason\":\"tool_explicitly_blocked\","
                + "\"risk_level\":\"high\",\"args_hash\":\""
                + ARGS_HASH
                + "\",\"spend_usd\":0},"
                + "{\"ts\":1796032800,\"agent_id\":\"bot\",\"tool\":\"mail.send\",\"allowed\":true,"
                + "\"decision\":\"executed\",\"policy_reason\":\"ok\",\"risk_level\":\"low\","
                + "\"args_hash\":\""
                + ARGS_HASH
                + "\",\"spend_usd\":0.01,\"call_id\":\"call_1\","
                + "\"policy_version\":\"a1b2c3d4e5f6\"}]");
    assertThat(client().get("/v1/agents/bot/logs", "limit", "1").json()).hasSize(1);
    assertThat(client().get("/v1/agents/other/logs").body()).isEqualTo("[]");
  }

  @Test
  void changesOfPoliciesAndSwitchesAreNoRowsOfTheLog() {
    client().postText("/v1/policies/bot", "{}");
    client().post("/v1/agents/bot/disable");

    assertThat(Objects.requireNonNull(store.get(CHAIN)).length()).isEqualTo(2);
    assertThat(client().get("/v1/agents/bot/logs").body()).isEqualTo("[]");
    assertThat(client().get("/v1/agents/bot/metrics").number("/total_actions")).isZero();
  }

  @Test
  void metricsCountARollingWindow() {
    record(call("old", EXECUTED, 5_000_000_000L, "call_1", null));
    time.advance(Duration.ofMinutes(59).plusSeconds(30));
    record(call("mail.send", EXECUTED, 10_000_000, "call_2", null));
    record(call("mail.send", REPEATED, 0, "call_2", null));
    record(call("ticket.make", EXECUTED, 20_000_000, "call_3", null));
    record(call("delete_user", BLOCKED, 0, null, null));
    time.advance(Duration.ofMinutes(1));

    assertThat(client().get("/v1/agents/bot/metrics", "period", "hour").body())
        .isEqualTo(
            "{\"agent_id\":\"bot\",\"period\":\"hour\",\"total_actions\":3,\"blocked_actions\":1,"
                + "\"total_spend_usd\":0.03,\"top_tools\":[{\"tool\":\"mail.send\",\"count\":2},"
                + "{\"tool\":\"ticket.make\",\"count\":1}]}");
    Answer day = client().get("/v1/agents/bot/metrics");
    assertThat(day.number("/total_actions")).isEqualTo(4);
    assertThat(day.json().at("/total_spend_usd").decimalValue()).isEqualByComparingTo("5.03");
    time.advance(Duration.ofDays(6));
    assertThat(client().get("/v1/agents/bot/metrics").number("/total_actions")).isZero();
    assertThat(client().get("/v1/agents/bot/metrics", "period", "week").number("/total_actions"))
        .isEqualTo(4);
  }

  @Test
  void anAgentIsShownWithItsDay() {
    int today = UsageDays.day(START);
    store.run(
        FreeStep.saving(
            new Change<>(BOT, new AgentRow(START.toEpochMilli() + 999, null)),
            new Change<>(
                AgentDayKey.of(BOT, today), new AgentDayRow(7, 2, 500_000_000, 30_000_000)),
            new Change<>(
                AgentDayKey.of(BOT, today - 1), new AgentDayRow(99, 99, 0, 99_000_000_000L))));

    String shown =
        "{\"agent_id\":\"bot\",\"is_enabled\":true,\"disabled_reason\":null,\"disabled_at\":null,"
            + "\"last_seen_at\":\"2026-11-30T10:00:00Z\",\"has_policy\":false,\"actions_today\":7,"
            + "\"blocked_today\":2,\"spend_usd_today\":0.53,\"namespace_is_enabled\":true}";
    assertThat(client().get("/v1/agents/bot").body()).isEqualTo(shown);
    assertThat(client().get("/v1/agents").body()).isEqualTo("[" + shown + "]");
    time.advance(Duration.ofDays(1));
    assertThat(client().get("/v1/agents/bot").number("/actions_today")).isZero();
  }

  @Test
  void aThrownSwitchTellsWhatItHasStopped() {
    for (String key : List.of("r1", "r2", "r3")) {
      client().post("/v1/ai/lease", "key", key);
    }
    store.run(
        FreeStep.saving(
            new Change<>(BOT, new AgentRow(5, null)),
            new Change<>(new AgentKey(1, "robot"), new AgentRow(6, null)),
            new Change<>(new AgentTotalKey(1), new AgentTotalRow(2, 0)),
            task("r1", "bot"),
            task("r2", "bot"),
            task("r3", "robot")));

    Answer one = client().post("/v1/agents/bot/disable");
    Answer all = client().post("/v1/agents/*/disable");

    assertThat(one.json().at("/stopped").toString())
        .isEqualTo("{\"agents_stopped\":1,\"runs_cancelled\":2,\"calls_in_flight\":0}");
    assertThat(all.json().at("/stopped").toString())
        .isEqualTo("{\"agents_stopped\":1,\"runs_cancelled\":3,\"calls_in_flight\":0}");
    assertThat(client().get("/v1/agents/bot").text("/last_seen_at"))
        .isEqualTo("1970-01-01T00:00:00Z");
  }

  @Test
  void daysShowGovernedCalls() {
    store.run(
        FreeStep.saving(
            new Change<>(
                new DayKey(1, UsageDays.day(START)),
                DayRow.NONE.plus(new DayRow.Tools(4, 3, 2, 1, 1_234_000_000L)))));

    Answer metrics = client().get("/v1/metrics", "from_day", "2026-11-29", "to_day", "2026-11-30");

    assertThat(metrics.json().at("/1/tools").toString())
        .isEqualTo("{\"executed\":4,\"blocked\":3,\"dedup\":2,\"error\":1,\"spend_usd\":1.234}");
    assertThat(metrics.json().at("/0/tools").toString())
        .isEqualTo("{\"executed\":0,\"blocked\":0,\"dedup\":0,\"error\":0,\"spend_usd\":0}");
  }

  @Test
  void theFeedTellsOfBlockedCalls() {
    FeedItem.Blocked blocked =
        new FeedItem.Blocked("bot", "delete_user", "tool_explicitly_blocked", "high", "a1b2");
    FeedItem.Blocked withoutPolicy =
        new FeedItem.Blocked("bot", "t", "agent_disabled", "high", null);
    store.run(FreeStep.telling(item(blocked)));
    store.run(FreeStep.telling(item(withoutPolicy)));

    assertThat(client().get("/v1/events").body())
        .isEqualTo(
            "[{\"ts\":1796032800,\"type\":\"policy_blocked\",\"meta\":{\"agent_id\":\"bot\","
                + "\"tool\":\"t\",\"reason\":\"agent_disabled\",\"risk_level\":\"high\"}},"
                + "{\"ts\":1796032800,\"type\":\"policy_blocked\",\"meta\":{\"agent_id\":\"bot\","
                + "\"tool\":\"delete_user\",\"reason\":\"tool_explicitly_blocked\","
                + "\"risk_level\":\"high\",\"policy_version\":\"a1b2\"}}]");
  }

  private Client client() {
    return new Client(server.port(), LiveServer.ADMIN_KEY);
  }

  private FeedItem item(FeedItem.Blocked blocked) {
    return new FeedItem(
        1, time.now().toEpochMilli(), FeedItem.Type.POLICY_BLOCKED, null, null, blocked);
  }

  private static Change<TaskRow> task(String key, String agentId) {
    TaskRow.Plan plan = new TaskRow.Plan(key, agentId, 1, false, true, "key_1");
    return new Change<>(new TaskKey(1, key), new TaskRow(plan, 0, 1, 0, 0, 0));
  }

  private static CallFacts call(
      String tool,
      Verdict verdict,
      long spendNanoUsd,
      @Nullable String callId,
      @Nullable String policyVersion) {
    return new CallFacts(tool, verdict, callId, ARGS_HASH, spendNanoUsd, policyVersion);
  }

  private void record(CallFacts call) {
    ChainRow stored = store.get(CHAIN);
    ChainRow head = stored == null ? ChainRow.EMPTY : stored;
    AuditEntry entry =
        AuditChain.next(
            CHAIN,
            head,
            new AuditChain.Content(time.now().toEpochMilli(), "call", "key_1", call, null));
    store.run(
        FreeStep.saving(
            new Change<>(CHAIN, head.grownBy(entry)),
            new Change<>(new AuditKey(CHAIN, head.length() + 1), entry)));
  }
}
