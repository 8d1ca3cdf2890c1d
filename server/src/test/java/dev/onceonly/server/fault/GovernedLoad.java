package dev.onceonly.server.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// Clients that have tools called, directly and by keyed runs, and one that turns an agent off and
/// on. They go on until their server is gone or they are told to end, and with the next server
/// where they were. [GovernedLedger] remembers what they were told.
final class GovernedLoad {
  /// Has no cap.
  static final String FREE_AGENT = "free";

  /// Has a cap that it reaches.
  static final String CAPPED_AGENT = "capped";

  /// Is turned off and on.
  static final String SWITCHED_AGENT = "switched";

  static final double SPEND_USD = 0.01;

  /// What the capped agent may spend in a day.
  static final double CAP_USD = 0.25;

  static final int STEPS = 3;

  private static final int CALLERS = 3;
  private static final int TAKES_MS = 4;

  /// Of runs: the shortest there is.
  private static final int TTL_SECONDS = 10;

  private final String apiKey;
  private final GovernedLedger ledger;
  private final AtomicInteger jobs = new AtomicInteger();
  private List<Thread> clients = List.of();
  private volatile boolean ending;

  GovernedLoad(String apiKey, GovernedLedger ledger) {
    this.apiKey = apiKey;
    this.ledger = ledger;
  }

  private interface Client {
    void ask(WireClient wire) throws IOException;
  }

  /// Lets the clients loose on a server.
  void start(int port) {
    ending = false;
    clients = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      clients.add(client(port, this::call));
    }
    clients.add(client(port, this::run));
    clients.add(client(port, this::turn));
  }

  private Thread client(int port, Client client) {
    return Thread.ofVirtual()
        .start(() -> {
          try (WireClient wire = new WireClient(port)) {
            while (!ending) {
              client.ask(wire);
            }
          } catch (IOException gone) {
            ledger.serverGone();
          }
        });
  }

  /// Waits until every client has ended, because its server has.
  void join() throws InterruptedException {
    for (Thread client : clients) {
      client.join();
    }
  }

  /// Ends the clients after the answers that they are waiting for.
  void stop() throws InterruptedException {
    ending = true;
    join();
  }

  private void call(WireClient wire) throws IOException {
    int number = jobs.incrementAndGet();
    String agent = List.of(FREE_AGENT, CAPPED_AGENT, SWITCHED_AGENT).get(number % 3);
    Answer answer = wire.post(apiKey, "/v1/ai/run", callBody(agent, "call-" + number));
    ledger.called(agent, "call-" + number, answer);
  }

  static Map<String, Object> callBody(String agent, String job) {
    Map<String, Object> args = Map.of("job", job, "step", 1, "takes_ms", TAKES_MS);
    return Map.of(
        "agent_id", agent, "tool", RecordingTool.NAME, "args", args, "spend_usd", SPEND_USD);
  }

  private void run(WireClient wire) throws IOException {
    String key = "run-" + jobs.incrementAndGet();
    List<Map<String, Object>> actions = new ArrayList<>();
    for (int step = 1; step <= STEPS; step++) {
      Map<String, Object> args = Map.of("job", key, "step", step, "takes_ms", TAKES_MS);
      actions.add(Map.of("tool", RecordingTool.NAME, "args", args, "spend_usd", SPEND_USD));
    }
    Map<String, Object> metadata = Map.of("agent_id", FREE_AGENT, "actions", actions);
    Map<String, Object> run = Map.of("key", key, "ttl", TTL_SECONDS, "metadata", metadata);
    ledger.queued(key, wire.post(apiKey, "/v1/ai/run", run));
    JsonNode ended = awaitEnd(wire, key);
    while (ended.path("status").asString("").equals("not_found")) {
      // Its lease has run out while the server stood still: who wants it done asks for it again.
      ledger.askedAgain(key, wire.post(apiKey, "/v1/ai/run", run));
      ended = awaitEnd(wire, key);
    }
    ledger.ended(key, ended);
  }

  private JsonNode awaitEnd(WireClient wire, String key) throws IOException {
    return wire.get(apiKey, "/v1/ai/result?key=" + key + "&wait=60").body();
  }

  private void turn(WireClient wire) throws IOException {
    for (boolean on : new boolean[] {false, true}) {
      ledger.turning();
      String path = "/v1/agents/" + SWITCHED_AGENT + (on ? "/enable" : "/disable");
      ledger.turned(on, wire.post(apiKey, path, Map.of("reason", "to be sure")));
      ledger.checkSwitch(on, wire.post(apiKey, "/v1/ai/run", callBody(SWITCHED_AGENT, job())));
    }
  }

  private String job() {
    return "call-" + jobs.incrementAndGet();
  }
}
