package dev.onceonly.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plan.Governance;
import dev.onceonly.core.account.Plan.TtlBounds;
import dev.onceonly.core.account.Plans;
import dev.onceonly.core.govern.PolicyDefault;
import dev.onceonly.server.config.GovernanceSettings.ToolHosts;
import dev.onceonly.server.config.MailSettings.StartTls;
import dev.onceonly.server.config.NetworkSettings.Timeouts;
import dev.onceonly.server.config.NetworkSettings.Waiters;
import dev.onceonly.server.config.Settings.Behaviour;
import dev.onceonly.server.config.Settings.Worker;
import dev.onceonly.server.config.StorageSettings.Retention;
import dev.onceonly.store.LaneLimits;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pins every setting: its name, its default and its bounds.
class SettingsTest {
  private static final Set<String> NAMES =
      Set.of(
          "data",
          "dev",
          "api_key",
          "host",
          "port",
          "ui_behind_tls",
          "connections_max",
          "rate_limit_per_second",
          "rate_limit_burst",
          "waiters_max",
          "waiters_max_per_namespace",
          "header_timeout_ms",
          "body_timeout_ms",
          "idle_timeout_ms",
          "shutdown_grace_ms",
          "default_plan",
          "duplicate_status_code",
          "unavailable_status_code",
          "attempt_replay_seconds",
          "queue_max_steps",
          "queue_max_steps_per_namespace",
          "batch_max_steps",
          "wal_bytes_max",
          "storage_low_bytes",
          "read_timeout_ms",
          "lease_retention_days",
          "feed_retention_days",
          "run_event_retention_days",
          "audit_retention_days",
          "agent_retention_days",
          "accept_clock",
          "flush_slow_ms",
          "data_must_exist",
          "drain_delay_ms",
          "tls_certificate",
          "tls_key",
          "log_level",
          "access_log",
          "smtp_host",
          "smtp_port",
          "smtp_user",
          "smtp_password",
          "smtp_from",
          "smtp_starttls",
          "smtp_timeout_ms",
          "policy_default",
          "policy_default_allow_namespaces",
          "policy_default_deny_namespaces",
          "policy_templates_file",
          "policy_require_registered_tools",
          "tools_allow_http",
          "tools_allow_private_networks",
          "tools_allowed_hosts",
          "secrets_key_file",
          "call_wait_ms",
          "settle_wait_ms",
          "dispatch_line_max",
          "dispatch_line_max_per_namespace",
          "dispatch_line_wait_ms",
          "dispatches_max",
          "dispatches_max_per_namespace",
          "agents_max",
          "worker_threads",
          "worker_max_per_namespace",
          "run_queue_max",
          "run_queue_max_per_namespace");

  private static final List<String> PLANS =
      List.of("free", "starter", "pro", "agency", "unlimited");

  private static final List<String> OF_A_PLAN =
      List.of(
          "make",
          "ai",
          "hard_stop",
          "ttl_default_seconds",
          "ttl_max_seconds",
          "tools_max",
          "caps",
          "pricing",
          "insight");

  private static final Plan FREE =
      new Plan(
          "free",
          1_000L,
          3_000L,
          true,
          new TtlBounds(60, 3_600),
          new Governance(1L, false, false, false));

  private static final List<Plan> PUBLISHED =
      List.of(
          FREE,
          new Plan(
              "starter",
              20_000L,
              100_000L,
              false,
              new TtlBounds(3_600, 86_400),
              new Governance(20L, true, false, false)),
          new Plan(
              "pro",
              200_000L,
              1_000_000L,
              false,
              new TtlBounds(21_600, 604_800),
              new Governance(100L, true, true, true)),
          new Plan(
              "agency",
              2_000_000L,
              10_000_000L,
              false,
              new TtlBounds(86_400, 2_592_000),
              new Governance(1_000L, true, true, true)),
          new Plan(
              "unlimited",
              null,
              null,
              false,
              new TtlBounds(86_400, 2_592_000),
              new Governance(null, true, true, true)));

  @Test
  void theseAreAllSettings() {
    Set<String> expected = new TreeSet<>(NAMES);
    PLANS.forEach(plan -> OF_A_PLAN.forEach(name -> expected.add("plan_" + plan + "_" + name)));

    assertThat(Settings.names()).isEqualTo(expected);
  }

  @Test
  void theseAreTheDefaults() {
    Settings expected =
        new Settings(
            Path.of(".onceonly"),
            false,
            null,
            new NetworkSettings(
                "127.0.0.1",
                8_080,
                false,
                0,
                0,
                1,
                new Waiters(4_096, 1_024),
                new Timeouts(10_000, 30_000, 75_000, 10_000, 0),
                null),
            new Behaviour(Plans.of(PUBLISHED), "agency", 200, 503, 60),
            new StorageSettings(
                new LaneLimits(8_192, 2_048, 512),
                67_108_864,
                268_435_456,
                new Retention(7, 7, 30, 7, 7),
                4_000,
                false,
                5_000,
                false),
            new MailSettings(null, 587, null, null, StartTls.REQUIRED, 10_000),
            new GovernanceSettings(
                new PolicyDefault(false, Set.of()),
                null,
                false,
                new ToolHosts(false, false, List.of()),
                null,
                new GovernanceSettings.Calls(
                    10_000,
                    10_000,
                    256,
                    64,
                    new GovernanceSettings.Line(1_024, 64, 2_000),
                    100_000)),
            new Worker(16, 4, 100_000, 10_000),
            new LogSettings("info", false));

    assertThat(Settings.of(Map.of())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "port, 0, 65535",
    "rate_limit_per_second, 0, 1000000",
    "rate_limit_burst, 1, 1000000",
    "waiters_max, 1, 1000000",
    "waiters_max_per_namespace, 1, 1000000",
    "header_timeout_ms, 100, 600000",
    "body_timeout_ms, 100, 600000",
    "idle_timeout_ms, 100, 3600000",
    "shutdown_grace_ms, 0, 600000",
    "drain_delay_ms, 0, 600000",
    "flush_slow_ms, 100, 600000",
    "attempt_replay_seconds, 0, 86400",
    "queue_max_steps, 1, 1000000",
    "queue_max_steps_per_namespace, 1, 8192",
    "batch_max_steps, 1, 100000",
    "wal_bytes_max, 1048576, 8589934592",
    "storage_low_bytes, 0, 9223372036854775807",
    "read_timeout_ms, 10, 600000",
    "lease_retention_days, 1, 3650",
    "feed_retention_days, 1, 3650",
    "run_event_retention_days, 1, 3650",
    "audit_retention_days, 1, 3650",
    "agent_retention_days, 1, 3650",
    "smtp_port, 1, 65535",
    "smtp_timeout_ms, 100, 600000",
    "call_wait_ms, 0, 60000",
    "settle_wait_ms, 0, 600000",
    "dispatch_line_max, 0, 1000000",
    "dispatch_line_max_per_namespace, 0, 1024",
    "dispatch_line_wait_ms, 0, 60000",
    "dispatches_max, 1, 1000000",
    "dispatches_max_per_namespace, 1, 256",
    "agents_max, 1, 10000000",
    "worker_threads, 0, 10000",
    "worker_max_per_namespace, 1, 10000",
    "run_queue_max, 1, 1000000",
    "run_queue_max_per_namespace, 1, 100000",
    "plan_free_make, 0, 9223372036854775807",
    "plan_free_ai, 0, 9223372036854775807",
    "plan_free_tools_max, 0, 9223372036854775807",
    "plan_free_ttl_max_seconds, 10, 2147483647",
    "plan_free_ttl_default_seconds, 10, 3600"
  })
  void aNumberHasBounds(String name, String min, String max) {
    assertThat(Settings.of(Map.of(name, min))).isNotNull();
    assertThat(Settings.of(Map.of(name, max))).isNotNull();
    for (String outside :
        List.of(
            new BigInteger(min).subtract(BigInteger.ONE).toString(),
            new BigInteger(max).add(BigInteger.ONE).toString())) {
      assertThatThrownBy(() -> Settings.of(Map.of(name, outside)))
          .isInstanceOf(SettingsException.class)
          .hasMessageStartingWith("setting " + name + " takes a whole number")
          .hasMessageEndingWith(", was '" + outside + "'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"80 80", "8080.0", "1e3", "0x1F", "eighty", "٣"})
  void whatIsNoWholeNumberIsRefused(String text) {
    assertThatThrownBy(() -> Settings.of(Map.of("port", text)))
        .isInstanceOf(SettingsException.class)
        .hasMessage("setting port takes a whole number, was '" + text + "'");
  }

  @Test
  void statusCodesAreOfTwo() {
    assertThat(
            Settings.of(Map.of("duplicate_status_code", "409")).behaviour().duplicateStatusCode())
        .isEqualTo(409);
    assertThat(
            Settings.of(Map.of("unavailable_status_code", "429"))
                .behaviour()
                .unavailableStatusCode())
        .isEqualTo(429);
    assertThatThrownBy(() -> Settings.of(Map.of("duplicate_status_code", "404")))
        .hasMessage("setting duplicate_status_code takes one of [200, 409], was '404'");
    assertThatThrownBy(() -> Settings.of(Map.of("unavailable_status_code", "500")))
        .hasMessage("setting unavailable_status_code takes one of [429, 503], was '500'");
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "1, true",
    "yes, true",
    "on, true",
    "false, false",
    "0, false",
    "no, false",
    "off, false"
  })
  void aFlagIsSaidInFourWays(String text, boolean value) {
    assertThat(Settings.of(Map.of("dev", text)).dev()).isEqualTo(value);
    assertThat(Settings.of(Map.of("accept_clock", text)).storage().acceptClock()).isEqualTo(value);
    assertThatThrownBy(() -> Settings.of(Map.of("dev", "maybe")))
        .hasMessage("setting dev takes true or false, was 'maybe'");
  }

  @Test
  void aLimitOfAPlanMayBeNone() {
    Plan free =
        Settings.of(Map.of("plan_free_make", "none", "plan_free_ai", "5"))
            .behaviour()
            .plans()
            .byName()
            .get("free");

    assertThat(free).isEqualTo(new Plan("free", null, 5L, true, FREE.ttl(), FREE.governance()));
  }

  @Test
  void whatAPlanHasOfGovernanceIsASettingToo() {
    Plan free =
        Settings.of(
                Map.of(
                    "plan_free_tools_max", "none",
                    "plan_free_caps", "on",
                    "plan_free_pricing", "true",
                    "plan_free_insight", "yes"))
            .behaviour()
            .plans()
            .byName()
            .get("free");

    assertThat(free)
        .isEqualTo(
            new Plan(
                "free", 1_000L, 3_000L, true, FREE.ttl(), new Governance(null, true, true, true)));
  }

  @Test
  void oneSettingMayMoveTheDefaultOfAnother() {
    assertThat(Settings.of(Map.of("rate_limit_per_second", "7")).network().burst()).isEqualTo(14);
    assertThat(Settings.of(Map.of("queue_max_steps", "100")).storage().lane())
        .isEqualTo(new LaneLimits(100, 100, 512));
    assertThat(
            Settings.of(Map.of("plan_pro_ttl_max_seconds", "100"))
                .behaviour()
                .plans()
                .find("pro")
                .orElseThrow()
                .ttl())
        .isEqualTo(new TtlBounds(100, 100));
    assertThatThrownBy(() ->
            Settings.of(Map.of("queue_max_steps", "100", "queue_max_steps_per_namespace", "101")))
        .isInstanceOf(SettingsException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"prot", "PORT", "plan_gold_make", "plan_free", "", "port "})
  void anUnknownNameIsRefusedAndTheKnownOnesAreListed(String name) {
    assertThatThrownBy(() -> Settings.of(Map.of(name, "1")))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("unknown setting " + name + ";")
        .hasMessageContaining(
            "accept_clock, access_log, agent_retention_days, agents_max, api_key");
  }

  @Test
  void aBlankValueIsNone() {
    assertThat(Settings.of(Map.of("port", " ", "api_key", "", "data", "")))
        .isEqualTo(Settings.of(Map.of()));
    assertThat(Settings.of(Map.of("host", " 0.0.0.0 ")).network().host()).isEqualTo("0.0.0.0");
  }

  @Test
  void theApiKeyIsNeverInTheText() {
    Settings settings = Settings.of(Map.of("api_key", "once_live_very_secret_indeed"));

    assertThat(settings.apiKey()).isEqualTo("once_live_very_secret_indeed");
    assertThat(settings.toString()).doesNotContain("secret", "apiKey", "api_key");
    assertThat("" + settings).contains("8080", ".onceonly");
  }
}
