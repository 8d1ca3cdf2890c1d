package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.fault.FaultSwitches;
import dev.onceonly.testkit.fault.NativeFaults;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The worst moment for a fault: a tool has acted and answers, and what it says is not stored yet.
/// The tool itself brings the fault about before it answers. Whatever the queue and the disk do
/// then, an effect that has happened is written down in the end, is never asked for again, and
/// nobody is told that it has not happened.
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class SettlingFaultTest {
  private static final boolean FULL_LENGTH =
      "full".equals(System.getProperty("onceonly.test.length"));
  private static final int MOMENTS = FULL_LENGTH ? 100 : 5;

  /// In one moment of this many the fault lasts until every caller was answered, who wait 10 s.
  private static final int LASTING_EVERY = FULL_LENGTH ? 20 : 5;

  private static final int LASTING = 3;

  /// Well beyond the 10 s.
  private static final Duration LASTING_FLUSH = Duration.ofSeconds(15);

  private static final int SLOW_MS_MIN = FULL_LENGTH ? 1_000 : 300;
  private static final int FLOOD_NAMESPACES = 2;
  private static final int FLOOD_CALLERS = 48;
  private static final long SEED = 20_261_130;

  @TempDir Path dir;
  private Path data = Path.of("");
  private FaultSwitches switches;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private RecordingTool tool;

  /// Something that goes wrong with a server and passes.
  private interface Trouble {
    /// @param lasting whether it goes on until every caller was answered
    void begin(boolean lasting) throws Exception;

    /// Whether the server has met it.
    boolean isMet();

    /// Whether nothing at all can be stored while it lasts.
    boolean stopsTheStore();

    void end() throws Exception;
  }

  @BeforeEach
  void prepare() throws Exception {
    data = Files.createDirectory(dir.resolve("data"));
    switches = FaultSwitches.create(dir.resolve("switches"));
    tool = new RecordingTool();
  }

  @AfterEach
  void end() {
    tool.close();
  }

  private ServerProcess serve(Map<String, String> settings) throws Exception {
    Map<String, String> environment =
        new HashMap<>(NativeFaults.compile(dir).faulty(data, switches));
    environment.put("ONCEONLY_DEV", "true");
    environment.putAll(settings);
    return ServerProcess.serve(data, environment);
  }

  @Test
  void whatAToolHasDoneIsStoredThroughAFullQueue() throws Exception {
    // Few changes in each of the slow flushes: the queue stays full for as long as it is flooded.
    Map<String, String> smallQueue =
        Map.of(
            "ONCEONLY_QUEUE_MAX_STEPS", "64",
            "ONCEONLY_QUEUE_MAX_STEPS_PER_NAMESPACE", "32",
            "ONCEONLY_BATCH_MAX_STEPS", "8");
    try (ServerProcess server = serve(smallQueue)) {
      List<String> apiKeys = new ArrayList<>(Namespaces.create(data, FLOOD_NAMESPACES));
      apiKeys.add(ServerProcess.API_KEY);
      settleThrough(server, new FullQueue(new Flood(server.port(), apiKeys, FLOOD_CALLERS)));
    }
  }

  @Test
  void whatAToolHasDoneIsStoredOnceAFullDiskHasRoomAgain() throws Exception {
    try (ServerProcess server = serve(Map.of())) {
      settleThrough(server, new FullDisk());
    }
  }

  @Test
  void whatAToolHasDoneIsStoredHoweverSlowTheDiskIs() throws Exception {
    try (ServerProcess server = serve(Map.of())) {
      settleThrough(server, new SlowDisk());
    }
  }

  private final class FullQueue implements Trouble {
    private static final long REFUSALS_MIN = 200;
    private static final Duration FLUSH = Duration.ofMillis(50);

    private final Flood flood;
    private long before;

    FullQueue(Flood flood) {
      this.flood = flood;
    }

    @Override
    public void begin(boolean lasting) {
      switches.delayFlushes(FLUSH);
      before = flood.refused();
      flood.begin();
      // The tool answers into a queue that is full already.
      Await.until(this::isMet);
      before = flood.refused();
    }

    @Override
    public boolean isMet() {
      return flood.refused() >= before + REFUSALS_MIN;
    }

    @Override
    public boolean stopsTheStore() {
      return false;
    }

    @Override
    public void end() throws InterruptedException {
      switches.delayFlushes(Duration.ZERO);
      flood.end();
    }
  }

  private final class FullDisk implements Trouble {
    private static final long REFUSALS_MIN = 3;

    private long before;

    @Override
    public void begin(boolean lasting) {
      before = switches.refusals();
      switches.refuseWrites();
    }

    @Override
    public boolean isMet() {
      return switches.refusals() >= before + REFUSALS_MIN;
    }

    @Override
    public boolean stopsTheStore() {
      return true;
    }

    @Override
    public void end() {
      switches.allowWrites();
    }
  }

  private final class SlowDisk implements Trouble {
    private long before;

    @Override
    public void begin(boolean lasting) {
      before = switches.flushes();
      Duration some = Duration.ofMillis(SLOW_MS_MIN + random.nextInt(SLOW_MS_MIN));
      switches.delayFlushes(lasting ? LASTING_FLUSH : some);
    }

    @Override
    public boolean isMet() {
      return switches.flushes() > before;
    }

    @Override
    public boolean stopsTheStore() {
      return true;
    }

    @Override
    public void end() {
      switches.delayFlushes(Duration.ZERO);
    }
  }

  private void settleThrough(ServerProcess server, Trouble trouble) throws Exception {
    LocalDate firstDay = LocalDate.now(ZoneOffset.UTC);
    int calls = MOMENTS * (SettlingMoment.CALLS + SettlingMoment.RUNS * SettlingMoment.STEPS);
    BigDecimal cap = BigDecimal.valueOf(SettlingMoment.SPEND_USD).multiply(new BigDecimal(calls));
    int unknown = 0;
    try (WireClient wire = new WireClient(server.port())) {
      tool.register(wire, ServerProcess.API_KEY, 2);
      Map<String, Object> policy = Map.of("max_spend_usd_per_day", cap);
      String path = "/v1/policies/" + SettlingMoment.AGENT;
      assertThat(wire.post(ServerProcess.API_KEY, path, policy).status()).isEqualTo(200);
    }
    for (int number = 0; number < MOMENTS; number++) {
      unknown += settle(server, trouble, number);
    }
    // On a connection of its own: one that has been idle for so long has been closed.
    try (WireClient wire = new WireClient(server.port())) {
      checkBudget(wire, calls, cap, firstDay);
    }
    System.out.printf(
        "%d moments: %d calls, each done once; %d callers were told that it is not known yet%n",
        MOMENTS, calls, unknown);
  }

  private int settle(ServerProcess server, Trouble trouble, int number) throws Exception {
    boolean lasting = number % LASTING_EVERY == LASTING;
    SettlingMoment moment = new SettlingMoment(number, server.port(), tool);
    moment.awaitHeld();
    trouble.begin(lasting);
    try {
      tool.release();
      Await.until(trouble::isMet);
      if (lasting) {
        moment.awaitAnswers();
      }
    } finally {
      trouble.end();
    }
    int unknown = moment.check();
    if (lasting && trouble.stopsTheStore()) {
      assertThat(unknown).as("callers who were not kept waiting").isEqualTo(SettlingMoment.CALLS);
    }
    return unknown;
  }

  /// Everything that was held is spent, to the cent, and nothing goes beyond the cap.
  private static void checkBudget(WireClient wire, int calls, BigDecimal cap, LocalDate firstDay)
      throws Exception {
    String agent = "/v1/agents/" + SettlingMoment.AGENT;
    for (String open : List.of("reserved", "unknown", "failed")) {
      assertThat(total(wire, open)).as("calls that are " + open).isZero();
    }
    assertThat(total(wire, "executed")).isEqualTo(calls);
    JsonNode spent = wire.get(ServerProcess.API_KEY, agent).body().path("spend_usd_today");
    Map<String, Object> more =
        Map.of(
            "agent_id", SettlingMoment.AGENT,
            "tool", RecordingTool.NAME,
            "args", Map.of("job", "one too many"),
            "spend_usd", SettlingMoment.SPEND_USD);
    Answer refused = wire.post(ServerProcess.API_KEY, "/v1/ai/run", more);
    // A budget is a day's: at midnight there is nothing to compare.
    if (LocalDate.now(ZoneOffset.UTC).equals(firstDay)) {
      assertThat(spent.decimalValue()).isEqualByComparingTo(cap);
      assertThat(refused.text("decision")).as("beyond the cap: %s", refused).isEqualTo("blocked");
    }
  }

  private static long total(WireClient wire, String state) throws Exception {
    return wire.get(ServerProcess.API_KEY, "/v1/calls?limit=1&state=" + state).number("total");
  }
}
