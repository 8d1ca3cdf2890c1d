package dev.onceonly.server.config;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plans;
import dev.onceonly.core.govern.PolicyDefault;
import dev.onceonly.store.LaneLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All settings of a server, with their defaults. Immutable. `SettingsTest` pins every name and
/// default.
///
/// @param data folder of the embedded database
/// @param apiKey made known in namespace `default` at start; a secret, so not part of the text form
public record Settings(
    Path data,
    boolean dev,
    @Nullable String apiKey,
    Network network,
    Behaviour behaviour,
    Storage storage,
    MailSettings mail,
    Governance governance,
    Worker worker) {

  /// Where the server listens and how much it takes.
  ///
  /// @param connectionsMax 0 where the heap and the limit of descriptors decide
  /// @param requestsPerSecond of one API key; 0 is no limit
  /// @param burst requests at once within that limit
  /// @param uiBehindTls whether a proxy with TLS stands in front, whose `X-Forwarded-` headers can
  ///   be believed
  public record Network(
      String host,
      int port,
      boolean uiBehindTls,
      int connectionsMax,
      int requestsPerSecond,
      int burst,
      Waiters waiters,
      Timeouts timeouts) {}

  /// Callers in `?wait=` at a time.
  public record Waiters(int max, int namespaceMax) {}

  /// Milliseconds.
  public record Timeouts(int headerMs, int bodyMs, int idleMs, int graceMs) {}

  /// How answers are given.
  ///
  /// @param duplicateStatusCode of check-lock's duplicate: 200 or 409
  /// @param unavailableStatusCode of check-lock when the storage fails: 503, or 429 for clients
  ///   that must never go ahead unprotected
  /// @param attemptReplaySeconds how long after a grant the same attempt id is recognised
  public record Behaviour(
      Plans plans,
      String defaultPlan,
      int duplicateStatusCode,
      int unavailableStatusCode,
      int attemptReplaySeconds) {}

  /// How state is kept.
  ///
  /// @param readTimeoutMs how long a read may take, its waiting included
  public record Storage(
      LaneLimits lane,
      long walBytesMax,
      long storageLowBytes,
      Retention retention,
      int readTimeoutMs,
      boolean acceptClock) {}

  /// Days that what is over is kept: finished leases and settled calls, feed items, run events,
  /// audit entries, agents that are not seen any more.
  public record Retention(
      int leaseDays, int feedDays, int runEventDays, int auditDays, int agentDays) {}

  /// How agents are governed.
  ///
  /// @param policyTemplatesFile JSON of policy documents by template name, added to the built-in
  ///   ones or in their place; null is none
  /// @param requireRegisteredTools whether policies may name registered tools only
  /// @param sealingKeyFile holds the key of the tools' secrets; null is `secrets.key` in the data
  ///   folder
  public record Governance(
      PolicyDefault policyDefault,
      @Nullable Path policyTemplatesFile,
      boolean requireRegisteredTools,
      ToolHosts tools,
      @Nullable Path sealingKeyFile,
      Calls calls) {}

  /// How governed calls are made.
  ///
  /// @param waitMs how long an identical call waits for the one in flight
  /// @param settleWaitMs how long a caller waits for the outcome of its call to be stored
  /// @param dispatchesMax in flight at a time
  /// @param agentsMax agents of one namespace, beyond which calls in further names are refused
  public record Calls(
      int waitMs,
      int settleWaitMs,
      int dispatchesMax,
      int dispatchesNamespaceMax,
      Line line,
      int agentsMax) {}

  /// Calls that wait in line for a dispatch of theirs to begin.
  ///
  /// @param waitMs how long one waits at most
  public record Line(int max, int namespaceMax, int waitMs) {}

  /// Where tools may be.
  ///
  /// @param http plain http is allowed, too
  /// @param privateNetworks loopback and private addresses are allowed, too
  /// @param only the hosts that are allowed, if any are named: names, addresses, or `*.` and what
  ///   they end with
  public record ToolHosts(boolean http, boolean privateNetworks, List<String> only) {
    public ToolHosts {
      only = List.copyOf(only);
    }
  }

  /// How keyed runs are run in the background.
  ///
  /// @param threads runs at a time; 0 leaves the queue to other processes
  /// @param namespaceMax of one namespace
  /// @param queueMax runs queued or running
  /// @param namespaceQueueMax of one namespace
  public record Worker(int threads, int namespaceMax, int queueMax, int namespaceQueueMax) {}

  private static final int WAL_MIB_64 = 64 << 20;
  private static final int LOW_MIB_256 = 256 << 20;

  /// Reads settings by name.
  ///
  /// @throws SettingsException for an unknown name or a value out of its bounds
  public static Settings of(Map<String, String> given) {
    SettingSource source = new SettingSource(given);
    Settings settings = read(source);
    source.requireAllKnown();
    return settings;
  }

  /// Every setting's name.
  public static Set<String> names() {
    SettingSource source = new SettingSource(Map.of());
    read(source);
    return source.known();
  }

  private static Settings read(SettingSource source) {
    boolean dev = source.flag("dev", false);
    return new Settings(
        Path.of(source.text("data", ".onceonly")),
        dev,
        source.text("api_key"),
        network(source),
        behaviour(source),
        storage(source),
        MailSettings.read(source),
        governance(source, dev),
        worker(source));
  }

  private static Network network(SettingSource source) {
    int perSecond = source.integer("rate_limit_per_second", 0, 1_000_000, 0);
    return new Network(
        source.text("host", "127.0.0.1"),
        source.integer("port", 0, 65_535, 8_080),
        source.flag("ui_behind_tls", false),
        source.integer("connections_max", 0, 1_000_000, 0),
        perSecond,
        source.integer("rate_limit_burst", 1, 1_000_000, Math.max(1, 2 * perSecond)),
        new Waiters(
            source.integer("waiters_max", 1, 1_000_000, 4_096),
            source.integer("waiters_max_per_namespace", 1, 1_000_000, 1_024)),
        new Timeouts(
            source.integer("header_timeout_ms", 100, 600_000, 10_000),
            source.integer("body_timeout_ms", 100, 600_000, 30_000),
            source.integer("idle_timeout_ms", 100, 3_600_000, 75_000),
            source.integer("shutdown_grace_ms", 0, 600_000, 10_000)));
  }

  private static Behaviour behaviour(SettingSource source) {
    return new Behaviour(
        plans(source),
        source.text("default_plan", "agency"),
        source.oneOf("duplicate_status_code", Set.of(200, 409), 200),
        source.oneOf("unavailable_status_code", Set.of(503, 429), 503),
        source.integer("attempt_replay_seconds", 0, 86_400, 60));
  }

  private static Storage storage(SettingSource source) {
    LaneLimits defaults = LaneLimits.DEFAULT;
    int queueMax = source.integer("queue_max_steps", 1, 1_000_000, defaults.queueMax());
    int shareMax =
        source.integer(
            "queue_max_steps_per_namespace",
            1,
            queueMax,
            Math.min(queueMax, defaults.namespaceQueueMax()));
    return new Storage(
        new LaneLimits(
            queueMax, shareMax, source.integer("batch_max_steps", 1, 100_000, defaults.batchMax())),
        source.number("wal_bytes_max", 1 << 20, 8L << 30, WAL_MIB_64),
        source.number("storage_low_bytes", 0, Long.MAX_VALUE, LOW_MIB_256),
        new Retention(
            source.integer("lease_retention_days", 1, 3_650, 7),
            source.integer("feed_retention_days", 1, 3_650, 7),
            source.integer("run_event_retention_days", 1, 3_650, 30),
            source.integer("audit_retention_days", 1, 3_650, 7),
            source.integer("agent_retention_days", 1, 3_650, 7)),
        source.integer("read_timeout_ms", 10, 600_000, 4_000),
        source.flag("accept_clock", false));
  }

  private static Governance governance(SettingSource source, boolean dev) {
    boolean deny = source.word("policy_default", Set.of("allow", "deny"), "allow").equals("deny");
    List<String> allowing = source.list("policy_default_allow_namespaces");
    List<String> denying = source.list("policy_default_deny_namespaces");
    String templates = source.text("policy_templates_file");
    String keyFile = source.text("secrets_key_file");
    return new Governance(
        new PolicyDefault(deny, Set.copyOf(deny ? allowing : denying)),
        templates == null ? null : Path.of(templates),
        source.flag("policy_require_registered_tools", false),
        new ToolHosts(
            source.flag("tools_allow_http", dev),
            source.flag("tools_allow_private_networks", dev),
            source.list("tools_allowed_hosts")),
        keyFile == null ? null : Path.of(keyFile),
        calls(source));
  }

  private static Calls calls(SettingSource source) {
    int max = source.integer("dispatches_max", 1, 1_000_000, 256);
    int lineMax = source.integer("dispatch_line_max", 0, 1_000_000, 1_024);
    return new Calls(
        source.integer("call_wait_ms", 0, 60_000, 10_000),
        source.integer("settle_wait_ms", 0, 600_000, 10_000),
        max,
        source.integer("dispatches_max_per_namespace", 1, max, Math.min(max, 64)),
        new Line(
            lineMax,
            source.integer("dispatch_line_max_per_namespace", 0, lineMax, Math.min(lineMax, 64)),
            source.integer("dispatch_line_wait_ms", 0, 60_000, 2_000)),
        source.integer("agents_max", 1, 10_000_000, 100_000));
  }

  private static Worker worker(SettingSource source) {
    int queueMax = source.integer("run_queue_max", 1, 1_000_000, 100_000);
    return new Worker(
        source.integer("worker_threads", 0, 10_000, 16),
        source.integer("worker_max_per_namespace", 1, 10_000, 4),
        queueMax,
        source.integer("run_queue_max_per_namespace", 1, queueMax, Math.min(queueMax, 10_000)));
  }

  /// The built-in plans with what settings override, such as `plan_free_make`.
  private static Plans plans(SettingSource source) {
    List<Plan> plans = new ArrayList<>();
    for (Plan plan : Plans.BUILT_IN) {
      String prefix = "plan_" + plan.name() + "_";
      long max =
          source.number(
              prefix + "ttl_max_seconds",
              Plan.TtlBounds.MIN_SECONDS,
              Integer.MAX_VALUE,
              plan.ttl().maxSeconds());
      plans.add(
          new Plan(
              plan.name(),
              source.limit(prefix + "make", plan.make()),
              source.limit(prefix + "ai", plan.ai()),
              source.flag(prefix + "hard_stop", plan.hardStop()),
              new Plan.TtlBounds(
                  source.number(
                      prefix + "ttl_default_seconds",
                      Plan.TtlBounds.MIN_SECONDS,
                      max,
                      Math.min(max, plan.ttl().defaultSeconds())),
                  max),
              governance(source, prefix, plan.governance())));
    }
    return Plans.of(plans);
  }

  private static Plan.Governance governance(
      SettingSource source, String prefix, Plan.Governance builtIn) {
    return new Plan.Governance(
        source.limit(prefix + "tools_max", builtIn.toolsMax()),
        source.flag(prefix + "caps", builtIn.caps()),
        source.flag(prefix + "pricing", builtIn.pricing()),
        source.flag(prefix + "insight", builtIn.insight()));
  }

  /// Where the key of the tools' secrets is.
  public Path sealingKeyFile() {
    Path given = governance.sealingKeyFile;
    return given == null ? data.resolve("secrets.key") : given;
  }

  /// Everything but the secrets.
  @Override
  public String toString() {
    return "Settings[data="
        + data
        + ", dev="
        + dev
        + ", network="
        + network
        + ", behaviour="
        + behaviour
        + ", storage="
        + storage
        + ", mail="
        + mail
        + ", governance="
        + governance
        + ", worker="
        + worker
        + "]";
  }
}
