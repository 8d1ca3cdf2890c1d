package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PlanLimitTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String LEASE = "/v1/ai/lease";

  @RegisterExtension
  static final LiveServer SERVER =
      LiveServer.with(
          Map.of(
              "plan_free_make", "1",
              "plan_free_ai", "1",
              "plan_starter_make", "1",
              "plan_starter_ai", "1",
              "plan_pro_make", "0",
              "plan_pro_ai", "none",
              "plan_pro_hard_stop", "true"));

  @Test
  void aHardStopPlanRefusesAtTheLimitWithAllSixFields() {
    Client free = SERVER.namespace("six", "free");
    free.post(LOCK, "key", "a");
    free.post(LOCK, "key", "a");
    free.post(LEASE, "key", "a");

    Answer lock = free.post(LOCK, "key", "a");
    Answer lease = free.post(LEASE, "key", "b");

    assertThat(lock.status()).isEqualTo(402);
    assertThat(lock.body())
        .isEqualTo(
            """
            {"detail":{"error":"payment_required","highlights":"Plan limit reached","plan":"free",\
            "limit":1,"usage":1,"upgrade_url":""}}\
            """);
    assertThat(lock.header("X-OnceOnly-Status")).isNull();
    assertThat(lock.header("Retry-After")).isNull();
    assertThat(lease.status()).isEqualTo(402);
    assertThat(lease.body()).isEqualTo(lock.body());
  }

  @Test
  void newKeysAreRefusedTooAndNothingIsHeld() {
    Client free = SERVER.namespace("new-keys", "free");
    free.post(LOCK, "key", "a");
    free.post(LOCK, "key", "a");
    free.post(LEASE, "key", "a");

    assertThat(free.post(LOCK, "key", "new").status()).isEqualTo(402);
    assertThat(free.post(LEASE, "key", "new").status()).isEqualTo(402);
    assertThat(free.post(LEASE, "key", "a").status()).isEqualTo(402);
    assertThat(free.get("/v1/ai/status", "key", "new").number("/version")).isZero();
    SERVER.operator("namespaces", "plan", "new-keys", "unlimited");
    assertThat(free.post(LOCK, "key", "new").text("/status")).isEqualTo("locked");
    assertThat(free.post(LEASE, "key", "new").number("/version")).isEqualTo(1);
  }

  @Test
  void aRefusalRaisesRequestsAndBlockedButNotUsage() {
    Client free = SERVER.namespace("counts", "free");
    for (int i = 0; i < 4; i++) {
      free.post(LOCK, "key", "a");
      free.post(LEASE, "key", "k" + i);
    }

    Answer usage = free.get("/v1/usage/all");

    assertThat(usage.number("/make/usage")).isEqualTo(1);
    assertThat(usage.number("/make/requests_total_month")).isEqualTo(4);
    assertThat(usage.number("/make/blocked_total_month")).isEqualTo(2);
    assertThat(usage.number("/ai/usage")).isEqualTo(1);
    assertThat(usage.number("/ai/requests_total_month")).isEqualTo(4);
    assertThat(usage.number("/ai/blocked_total_month")).isEqualTo(3);
    assertThat(free.get("/v1/me").number("/requests_total_all_time")).isEqualTo(8);
    assertThat(free.get("/v1/me").number("/blocked_total_all_time")).isEqualTo(5);
  }

  @Test
  void whatIsHeldCanBeExtendedFinishedAndRead() {
    Client free = SERVER.namespace("held", "free");
    Answer owner = free.post(LEASE, "key", "a");
    Answer lock = free.post(LOCK, "key", "a");
    free.post(LOCK, "key", "a");

    assertThat(free.post(LEASE, "key", "b").status()).isEqualTo(402);
    assertThat(free.post(LOCK, "key", "b").status()).isEqualTo(402);
    for (Answer answer :
        List.of(
            free.post("/v1/ai/extend", LeaseFields.of("a", owner)),
            free.get("/v1/ai/status", "key", "a"),
            free.post("/v1/ai/complete", LeaseFields.of("a", owner)),
            free.get("/v1/ai/result", "key", "a"),
            free.get("/v1/usage"),
            free.get("/v1/events"),
            free.post(LOCK + "/release", "key", "a", "lock_id", lock.text("/lock_id")))) {
      assertThat(answer.status()).isEqualTo(200);
    }
  }

  @Test
  void thePlansThatArePaidForContinue() {
    Client starter = SERVER.namespace("continues", "starter");
    for (int i = 0; i < 4; i++) {
      assertThat(starter.post(LOCK, "key", "a").status()).isEqualTo(200);
      assertThat(starter.post(LEASE, "key", "k" + i).text("/status")).isEqualTo("acquired");
    }
    assertThat(starter.get("/v1/usage").number("/usage")).isEqualTo(3);
    assertThat(starter.get("/v1/usage").number("/limit")).isEqualTo(1);
  }

  @Test
  void limitsAndTheHardStopAreSettings() {
    Client pro = SERVER.namespace("changed", "pro");

    Answer lock = pro.post(LOCK, "key", "a");

    assertThat(lock.status()).isEqualTo(402);
    assertThat(lock.text("/detail/plan")).isEqualTo("pro");
    assertThat(lock.number("/detail/limit")).isZero();
    assertThat(pro.post(LEASE, "key", "a").status()).isEqualTo(200);
  }

  @Test
  void theSchemaIsLookedAtBeforeThePlan() {
    Client pro = SERVER.namespace("schema-first", "pro");

    assertThat(pro.post(LOCK, "key", "").status()).isEqualTo(422);
    assertThat(pro.post(LOCK, "key", "a", "ttl", 0).status()).isEqualTo(422);
    assertThat(pro.get("/v1/usage").number("/requests_total_month")).isZero();
  }
}
