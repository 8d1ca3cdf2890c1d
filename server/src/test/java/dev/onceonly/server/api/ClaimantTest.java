package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What keys of role `agent` may do with locks and leases: each route that names a key, by a key
/// that is bound to patterns of locks and by one that is not, on claims of its own, of others, and
/// of before it was kept who claims (contract 20.3). A key of another role stands beside them.
class ClaimantTest {
  private static final String FORBIDDEN =
      "{\"detail\":{\"error\":\"forbidden\",\"role\":\"agent\"}}";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  /// Who asks.
  enum Asker {
    /// May name every key, and touch what it has claimed.
    UNBOUND,
    /// Bound to the very keys of these tests.
    BOUND,
    /// Bound to other keys.
    BOUND_ELSEWHERE,
    ADMIN
  }

  /// Whose claim stands, before the asker comes.
  enum Standing {
    FREE,
    OWN,
    ADMINS,
    ANOTHER_AGENTS,
    /// Made before it was kept who claims, by another agent's key.
    OLD
  }

  /// What is asked.
  enum Route {
    CHECK,
    BATCH,
    RELEASE_BY_LOCK_ID,
    RELEASE_BY_ATTEMPT,
    LEASE,
    RUN,
    EXTEND,
    COMPLETE,
    FAIL,
    CANCEL,
    STATUS,
    RESULT;

    boolean isLocks() {
      return EnumSet.of(CHECK, BATCH, RELEASE_BY_LOCK_ID, RELEASE_BY_ATTEMPT).contains(this);
    }

    boolean needsAClaim() {
      return EnumSet.of(RELEASE_BY_LOCK_ID, RELEASE_BY_ATTEMPT, EXTEND, COMPLETE, FAIL, CANCEL)
          .contains(this);
    }
  }

  record Case(Route route, Asker asker, Standing standing) {
    String key() {
      return "order-" + route + "-" + asker + "-" + standing;
    }

    boolean makesSense() {
      return !(standing == Standing.FREE && route.needsAClaim())
          && !(standing == Standing.OWN && asker == Asker.BOUND_ELSEWHERE);
    }
  }

  private static final List<Case> CASES =
      Arrays.stream(Route.values())
          .flatMap(route ->
              Arrays.stream(Asker.values())
                  .flatMap(asker ->
                      Arrays.stream(Standing.values())
                          .map(standing -> new Case(route, asker, standing))))
          .filter(Case::makesSense)
          .toList();

  private static final Map<Asker, String> KEYS = new EnumMap<>(Asker.class);

  /// What the claimant was told, by case.
  private static final Map<Case, Answer> CLAIMS = new HashMap<>();

  @BeforeAll
  static void claim() {
    KEYS.put(Asker.ADMIN, LiveServer.ADMIN_KEY);
    KEYS.put(Asker.UNBOUND, SERVER.keyText("default", Role.AGENT, "bot-*"));
    KEYS.put(Asker.BOUND, bound("mail-*", "order-*"));
    KEYS.put(Asker.BOUND_ELSEWHERE, bound("mail-*", "order"));
    String another = SERVER.keyText("default", Role.AGENT, "bot-*");
    for (Case one : CASES) {
      String key =
          switch (one.standing) {
            case FREE -> null;
            case OWN -> text(one.asker);
            case ADMINS -> LiveServer.ADMIN_KEY;
            case ANOTHER_AGENTS, OLD -> another;
          };
      if (key != null) {
        CLAIMS.put(one, claim(one, SERVER.client(key)));
      }
    }
    SERVER.stopped(ClaimantTest::forgetWhoClaimed);
  }

  private static String bound(String... locks) {
    String[] words = {
      "keys", "create", "--role", "agent", "--agent", "bot-*", "--locks", locks[0], "--locks",
      locks[1]
    };
    return SERVER.operator(words).lines().findFirst().orElseThrow();
  }

  private static Answer claim(Case one, Client client) {
    String path = one.route.isLocks() ? "/v1/check-lock" : "/v1/ai/lease";
    String body = Body.of("key", one.key());
    Answer answer = client.postText(path, body, "X-OnceOnly-Attempt-Id", "try-" + one.key());
    assertThat(answer.text("/status")).isIn("locked", "acquired");
    return answer;
  }

  private static void forgetWhoClaimed(Path data) {
    String url = "jdbc:sqlite:" + data.resolve("onceonly.db");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String table : List.of("locks", "leases")) {
        int old =
            statement.executeUpdate(
                "UPDATE " + table + " SET claimed_by = NULL WHERE key LIKE 'order-%-OLD'");
        assertThat(old).isPositive();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyRouteOnEveryonesClaimByEveryKindOfKey() {
    return CASES.stream()
        .map(one -> DynamicTest.dynamicTest(one.toString(), () -> assertAsPromised(one)));
  }

  private static void assertAsPromised(Case one) {
    Answer answer = ask(one);
    if (one.asker == Asker.BOUND_ELSEWHERE) {
      assertForbidden(one, answer);
      return;
    }
    Set<Standing> others = EnumSet.of(Standing.ADMINS, Standing.ANOTHER_AGENTS);
    boolean foreign = one.asker == Asker.UNBOUND && others.contains(one.standing);
    if (foreign && one.route.needsAClaim() && one.route != Route.EXTEND) {
      assertForbidden(one, answer);
      assertThat(stillStands(one)).isTrue();
      return;
    }
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text(one.route == Route.BATCH ? "/items/0/status" : "/status"))
        .isEqualTo(expectedStatus(one));
    if (one.route == Route.EXTEND) {
      assertThat(answer.number("/version")).isEqualTo(foreign ? 1 : 2);
      assertThat(answer.number("/ttl")).isEqualTo(foreign ? granted(one).number("/ttl") : 60);
      assertThat(status(one).number("/version")).isEqualTo(foreign ? 1 : 2);
    }
  }

  private static String expectedStatus(Case one) {
    boolean free = one.standing == Standing.FREE;
    return switch (one.route) {
      case CHECK, BATCH -> free ? "locked" : "duplicate";
      case RELEASE_BY_LOCK_ID, RELEASE_BY_ATTEMPT -> "released";
      case LEASE, RUN -> free ? "acquired" : "polling";
      case EXTEND -> "extended";
      case COMPLETE -> "completed";
      case FAIL, CANCEL -> "failed";
      case STATUS, RESULT -> free ? "not_found" : "in_progress";
    };
  }

  private static void assertForbidden(Case one, Answer answer) {
    if (one.route == Route.BATCH) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().at("/items/0").toString()).isEqualTo(FORBIDDEN);
      assertThat(answer.text("/items/1/status")).isEqualTo("locked");
    } else {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).isEqualTo(FORBIDDEN);
    }
  }

  private static boolean stillStands(Case one) {
    return one.route.isLocks()
        ? SERVER
            .admin()
            .post("/v1/check-lock", "key", one.key())
            .text("/status")
            .equals("duplicate")
        : status(one).text("/status").equals("in_progress");
  }

  private static Answer status(Case one) {
    return SERVER.admin().get("/v1/ai/status", "key", one.key());
  }

  private static Answer ask(Case one) {
    Client client = SERVER.client(text(one.asker));
    String key = one.key();
    return switch (one.route) {
      case CHECK -> client.post("/v1/check-lock", "key", key);
      case BATCH -> {
        List<Object> items = List.of(Map.of("key", key), Map.of("key", "mail-" + key));
        yield client.post("/v1/check-lock/batch", "items", items);
      }
      case RELEASE_BY_LOCK_ID ->
          client.post(
              "/v1/check-lock/release", "key", key, "lock_id", granted(one).text("/lock_id"));
      case RELEASE_BY_ATTEMPT ->
          client.postText(
              "/v1/check-lock/release", Body.of("key", key), "X-OnceOnly-Attempt-Id", "try-" + key);
      case LEASE -> client.post("/v1/ai/lease", "key", key);
      case RUN -> client.post("/v1/ai/run", "key", key, "metadata", Map.of("agent_id", "bot-1"));
      case EXTEND -> client.post("/v1/ai/extend", LeaseFields.of(key, granted(one), "ttl", 60));
      case COMPLETE -> client.post("/v1/ai/complete", LeaseFields.of(key, granted(one)));
      case FAIL ->
          client.post("/v1/ai/fail", LeaseFields.of(key, granted(one), "error_code", "boom"));
      case CANCEL -> client.post("/v1/ai/cancel", LeaseFields.of(key, granted(one)));
      case STATUS -> client.get("/v1/ai/status", "key", key);
      case RESULT -> client.get("/v1/ai/result", "key", key);
    };
  }

  private static Answer granted(Case one) {
    return Objects.requireNonNull(CLAIMS.get(one));
  }

  private static String text(Asker asker) {
    return Objects.requireNonNull(KEYS.get(asker));
  }
}
