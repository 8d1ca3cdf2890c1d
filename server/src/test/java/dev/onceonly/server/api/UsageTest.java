package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `/v1/usage` and `/v1/usage/all`.
class UsageTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String LEASE = "/v1/ai/lease";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @Test
  void aNewNamespaceHasUsedNothing() {
    Client client = SERVER.namespace("new", "starter");

    assertThat(client.get("/v1/usage").body())
        .isEqualTo(
            """
            {"plan":"starter","month":"%s","usage":0,"limit":20000,"requests_total_month":0,\
            "blocked_total_month":0}\
            """
                .formatted(month()));
    assertThat(client.get("/v1/usage/all").body())
        .isEqualTo(
            """
            {"plan":"starter","month":"%s",\
            "make":{"usage":0,"limit":20000,"requests_total_month":0,"blocked_total_month":0,\
            "charged_total_month":0,"polling_total_month":0},\
            "ai":{"usage":0,"limit":100000,"requests_total_month":0,"blocked_total_month":0,\
            "charged_total_month":0,"polling_total_month":0}}\
            """
                .formatted(month()));
  }

  @Test
  void usageOfLocksIsTheDuplicatesAndUsageOfLeasesTheAcquisitions() {
    Client client = SERVER.namespace("counted", "pro");
    client.post(LOCK, "key", "a");
    client.post(LOCK, "key", "a");
    client.post(LOCK, "key", "a");
    client.post(LOCK + "/batch", "items", List.of(Map.of("key", "a"), Map.of("key", "b")));
    Answer owner = client.post(LEASE, "key", "a");
    client.post(LEASE, "key", "a");
    client.post(LEASE, "key", "b");
    client.post("/v1/ai/extend", LeaseFields.of("a", owner));
    client.post("/v1/ai/complete", LeaseFields.of("a", owner));
    client.post(LEASE, "key", "a");
    client.get("/v1/ai/status", "key", "a");
    client.post(LOCK, "key", "");

    Answer make = client.get("/v1/usage", "kind", "make");
    Answer ai = client.get("/v1/usage", "kind", "ai");

    assertThat(make.body())
        .isEqualTo(
            """
            {"plan":"pro","month":"%s","usage":3,"limit":200000,"requests_total_month":5,\
            "blocked_total_month":0}\
            """
                .formatted(month()));
    assertThat(client.get("/v1/usage").body()).isEqualTo(make.body());
    assertThat(ai.body())
        .isEqualTo(
            """
            {"plan":"pro","month":"%s","usage":2,"limit":1000000,"requests_total_month":4,\
            "blocked_total_month":0}\
            """
                .formatted(month()));
    assertThat(client.get("/v1/usage/all").body())
        .isEqualTo(
            """
            {"plan":"pro","month":"%s",\
            "make":{"usage":3,"limit":200000,"requests_total_month":5,"blocked_total_month":0,\
            "charged_total_month":0,"polling_total_month":0},\
            "ai":{"usage":2,"limit":1000000,"requests_total_month":4,"blocked_total_month":0,\
            "charged_total_month":2,"polling_total_month":1}}\
            """
                .formatted(month()));
  }

  @Test
  void allUsageIsNamedInHeadersToo() {
    Answer all = SERVER.namespace("headers", "free").get("/v1/usage/all");

    assertThat(all.header("X-OnceOnly-Plan")).isEqualTo("free");
    assertThat(all.header("X-OnceOnly-Month")).isEqualTo(month());
    assertThat(all.header("X-Request-Id")).isNotEmpty();
  }

  @Test
  void aPlanWithoutLimitsShowsNull() {
    Client client = SERVER.namespace("unlimited", "unlimited");

    assertThat(client.get("/v1/usage").json().get("limit").isNull()).isTrue();
    assertThat(client.get("/v1/usage/all").json().at("/ai/limit").isNull()).isTrue();
    assertThat(client.post(LEASE, "key", "a").json().get("limit").isNull()).isTrue();
  }

  @Test
  void thereAreTwoKinds() {
    for (String kind : List.of("", "MAKE", "tools", "make ")) {
      Answer refused = SERVER.admin().get("/v1/usage", "kind", kind);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.mistakes()).hasSize(1);
      assertThat(refused.mistakes().getFirst()).contains("query.kind");
    }
    assertThat(SERVER.admin().get("/v1/usage", "kind", "tools").mistakes())
        .containsExactly("value_error at query.kind: Value error, make or ai");
  }

  private static String month() {
    return YearMonth.now(ZoneOffset.UTC).toString();
  }
}
