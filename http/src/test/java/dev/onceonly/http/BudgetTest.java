package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.http.memory.BytePool;
import dev.onceonly.http.memory.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What happens at the bounds of connections, headers and bodies.
class BudgetTest {
  private static final int KIB = 1_024;
  private static final String OVERLOADED = "{\"detail\":{\"error\":\"overloaded\"}}";

  // A quarter of them is left to strangers: four.
  private static final int CONNECTIONS_MAX = 16;
  private static final int KEYED_MAX = 12;

  private final MemoryBudget budget =
      new MemoryBudget(CONNECTIONS_MAX, new BytePool(96 * KIB), new BytePool(288 * KIB));
  private final TestServer server =
      new TestServer(
          HttpSettings.on("127.0.0.1", 0).withBudget(budget),
          Route.open("/page", _ -> Reply.ok(Map.of())),
          Route.open("/long", _ -> Reply.ok("y".repeat(50 * KIB))),
          Route.post("/v1/admins", Set.of(Role.ADMIN), r -> Reply.ok(r.body().object())),
          Route.post("/v1/echo", TestServer.EVERYBODY, r -> Reply.ok(r.body().object())));
  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(RawClient::close);
    server.close();
  }

  private RawClient client() {
    RawClient client = new RawClient(server.port());
    clients.add(client);
    return client;
  }

  private RawClient keyed() {
    RawClient client = client();
    assertThat(client.request("POST /v1/echo", "{}").answer().status()).isEqualTo(200);
    return client;
  }

  @Test
  void theOldestWithoutAKeyMakesRoomAndIsToldSo() {
    RawClient served = keyed();
    RawClient oldest = client().send("GET /page HT");
    RawClient second = client().send("GET /page HT");
    for (int i = 0; i < CONNECTIONS_MAX - 2; i++) {
      client().send("GET /page HT");
    }
    RawClient.Answer answer = oldest.answer();
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.body()).isEqualTo(OVERLOADED);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(oldest.isEnded()).isTrue();
    assertThat(second.send("TP/1.1\r\nHost: a\r\n\r\n").answer().status()).isEqualTo(200);
    assertThat(served.request("POST /v1/echo", "{}").answer().status()).isEqualTo(200);
  }

  @Test
  void whileThereArePlacesNobodyIsEnded() {
    List<RawClient> atOnce = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      atOnce.add(client());
    }
    for (RawClient each : atOnce) {
      assertThat(each.request("GET /page", "").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void whoIsEndedReadsTheFarewellAlthoughItsRequestIsUnread() {
    RawClient oldest = client().send("GET /page HT");
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      client();
    }
    assertThat(oldest.awaitAnswer()).isTrue();
    // Closed already, the connection would be reset by the first of these, and the rest fail.
    for (int i = 0; i < 100; i++) {
      oldest.send("x".repeat(KIB));
    }
    assertThat(oldest.answer().status()).isEqualTo(429);
  }

  @Test
  void anIdleStrangerThatIsEndedIsToldSoToo() {
    RawClient idle = client();
    assertThat(idle.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n").answer().status()).isEqualTo(200);
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      client();
    }
    assertThat(idle.answer().status()).isEqualTo(429);
  }

  @Test
  void oneKeyedConnectionTooManyIsAnsweredAndTheOthersStay() {
    List<RawClient> served = new ArrayList<>();
    for (int i = 0; i < KEYED_MAX; i++) {
      served.add(keyed());
    }
    RawClient.Answer refused = client().request("POST /v1/echo", "{}").answer();
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo(OVERLOADED);
    for (RawClient each : served) {
      assertThat(each.request("POST /v1/echo", "{}").answer().status()).isEqualTo(200);
    }
    served.getFirst().close();
    assertThat(answeredSoon()).isTrue();
  }

  private boolean answeredSoon() {
    for (int tries = 0; tries < 10_000; tries++) {
      if (client().request("POST /v1/echo", "{}").answer().status() == 200) {
        return true;
      }
    }
    return false;
  }

  @Test
  void headersBeyondTheStrangersShareEndTheOldest() {
    String long30 = "GET /page HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(28 * KIB);
    RawClient first = client().send(long30);
    awaitTaken(budget.strangers(), 40 * KIB);
    RawClient second = client().send(long30);
    awaitTaken(budget.strangers(), 80 * KIB);
    String end = "x".repeat(30 * KIB) + "\r\n\r\n";
    RawClient third = client().send("GET /page HTTP/1.1\r\nHost: a\r\nX: " + end);
    assertThat(third.answer().status()).isEqualTo(200);
    assertThat(first.answer().status()).isEqualTo(429);
    assertThat(second.send("\r\n\r\n").answer().status()).isEqualTo(200);
  }

  // With headers that go on, each of them more than what every connection has.
  private void fillStrangers() {
    while (budget.strangers().bytesMax() - budget.strangers().bytesTaken() >= 8 * KIB) {
      long before = budget.strangers().bytesTaken();
      client().send("GET /page HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(8 * KIB));
      awaitTaken(budget.strangers(), before + 8 * KIB);
    }
  }

  @Test
  void laterHeadersOfAKeyedConnectionAreNoStrangers() {
    RawClient keyed = keyed();
    fillStrangers();
    long taken = budget.strangers().bytesTaken();
    for (int i = 0; i < 2; i++) {
      keyed.request("POST /v1/echo", "{}", "X: " + "x".repeat(20 * KIB));
      assertThat(keyed.answer().status()).isEqualTo(200);
    }
    assertThat(budget.strangers().bytesTaken()).isEqualTo(taken);
  }

  @Test
  void aLongOpenAnswerIsGivenDuringAFloodOfHeaders() {
    fillStrangers();
    RawClient reader = client().send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(reader.answer().status()).isEqualTo(200);
  }

  @Test
  void headerLinesThatFindNoMemoryAre429AndNot431() {
    BytePool none = new BytePool(0);
    try (TestServer full =
            new TestServer(
                HttpSettings.on("127.0.0.1", 0)
                    .withBudget(new MemoryBudget(CONNECTIONS_MAX, none, none)),
                Route.open("/page", _ -> Reply.ok(Map.of())));
        RawClient client = new RawClient(full.port())) {
      String lines = "a:b\r\n".repeat(100);
      client.send("GET /page HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.header("Retry-After")).isEqualTo("1");
    }
  }

  @Test
  void whatIsSentAheadIsHeldAfterTheAnswerToo() {
    RawClient ahead = client();
    ahead.send(
        "GET /page HTTP/1.1\r\nHost: a\r\nX: "
            + "x".repeat(12 * KIB)
            + "\r\n\r\nGET /page HTTP/1.1\r\nHost: a\r\nX: "
            + "x".repeat(14 * KIB));
    assertThat(ahead.answer().status()).isEqualTo(200);
    awaitTaken(budget.strangers(), 8 * KIB);
    assertThat(ahead.send("\r\n\r\n").answer().status()).isEqualTo(200);
    awaitTaken(budget.strangers(), 0, 0);
  }

  @Test
  void aValidKeyThatIsRefusedByItsRoleIsNotEndedForOthers() {
    RawClient reader = client();
    reader.send("POST /v1/admins HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer key-reader\r\n\r\n");
    assertThat(reader.answer().status()).isEqualTo(403);
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      client();
    }
    // The last one has been accepted when it is answered, and the oldest stranger ended by then.
    assertThat(client().request("GET /page", "").answer().status()).isEqualTo(200);
    reader.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(reader.answer().status()).isEqualTo(200);
  }

  @Test
  void aBodyBeyondWhatIsLeftIsRefusedAndASmallOneIsNot() {
    RawClient holder = client();
    holder.send(
        "POST /v1/echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer key-admin\r\n"
            + "Content-Length: 70000\r\n\r\n{\"a\":\""
            + "x".repeat(60 * KIB));
    awaitTaken(budget.requests(), 180 * KIB);
    String large = "{\"a\":\"" + "x".repeat(60 * KIB) + "\"}";
    RawClient.Answer refused = client().request("POST /v1/echo", large).answer();
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo(OVERLOADED);
    assertThat(client().request("POST /v1/echo", "{\"a\":1}").answer().status()).isEqualTo(200);
  }

  @Test
  void whatIsOnlyAnnouncedTakesNothing() {
    for (int i = 0; i < 4; i++) {
      client()
          .send(
              "POST /v1/echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer key-admin\r\n"
                  + "Content-Length: 260000\r\n\r\n{");
    }
    assertThat(client().request("POST /v1/echo", "{\"a\":1}").answer().status()).isEqualTo(200);
    assertThat(budget.requests().bytesTaken()).isLessThanOrEqualTo(64L * KIB);
  }

  @Test
  void manyValuesAreRefusedLikeManyBytes() {
    String values = "{\"a\":[[" + "[],".repeat(3_000) + "1]]}";
    assertThat(client().request("POST /v1/echo", values).answer().status()).isEqualTo(429);
    awaitTaken(budget.requests(), 0, 0);
  }

  @Test
  void whoHasNoKeyIsAnsweredBeforeTheBodyIsRead() {
    RawClient stranger = client();
    stranger.send("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 255000\r\n\r\n{");
    RawClient.Answer answer = stranger.answer();
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.closes()).isTrue();
  }

  @Test
  void headerLinesHaveABound() {
    assertThat(lines(HttpSettings.HEADER_LINES_MAX - 1).status()).isEqualTo(200);
    assertThat(lines(HttpSettings.HEADER_LINES_MAX).status()).isEqualTo(200);
    assertThat(lines(HttpSettings.HEADER_LINES_MAX + 1).status()).isEqualTo(431);
  }

  private RawClient.Answer lines(int count) {
    String more = "a:b\r\n".repeat(count - 1);
    return client().send("GET /page HTTP/1.1\r\nHost: a\r\n" + more + "\r\n").answer();
  }

  @Test
  void methodsAreComparedWithTheirCase() {
    RawClient client = client();
    RawClient.Answer answer = client.send("get /page HTTP/1.1\r\nHost: a\r\n\r\n").answer();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
    assertThat(client.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
        .isEqualTo(200);
  }

  private static void awaitTaken(BytePool pool, long bytesMin) {
    awaitTaken(pool, bytesMin, Long.MAX_VALUE);
  }

  private static void awaitTaken(BytePool pool, long bytesMin, long bytesMax) {
    long start = System.nanoTime();
    while (pool.bytesTaken() < bytesMin || pool.bytesTaken() > bytesMax) {
      assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
      Thread.onSpinWait();
    }
  }
}
