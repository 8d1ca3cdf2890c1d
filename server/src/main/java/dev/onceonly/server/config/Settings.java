package dev.onceonly.server.config;

import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Plans;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All settings of a server, with their defaults. Immutable. `SettingsTest` pins every name and
/// default.
///
/// @param data folder of the embedded database
/// @param apiKey made known in namespace `default` at start; a secret, so not part of the text form
/// @param readings each by its name, with where it was given
public record Settings(
    Path data,
    boolean dev,
    @Nullable String apiKey,
    NetworkSettings network,
    Behaviour behaviour,
    StorageSettings storage,
    MailSettings mail,
    GovernanceSettings governance,
    Worker worker,
    LogSettings logs,
    Readings readings) {

  private static final String DATA = ".onceonly";

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

  /// How keyed runs are run in the background.
  ///
  /// @param threads runs at a time; 0 leaves the queue to other processes
  /// @param namespaceMax of one namespace
  /// @param queueMax runs queued or running
  /// @param namespaceQueueMax of one namespace
  public record Worker(int threads, int namespaceMax, int queueMax, int namespaceQueueMax) {}

  /// Reads settings by name, as a program gives them.
  ///
  /// @throws SettingsException for an unknown name or a value out of its bounds
  public static Settings of(Map<String, String> given) {
    return of(Given.byProgram(given));
  }

  /// As [#of(Map)], as an operator has given them.
  public static Settings of(Given given) {
    return read(new SettingSource(given));
  }

  /// Every setting's name.
  public static Set<String> names() {
    return Settings.of(Map.of()).readings.all().stream()
        .map(Setting::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Says what is wrong with a setting that was read well: with its value and where it was given.
  ///
  /// @param why such as `names a folder`; comes behind the setting's name
  public SettingsException wrong(String name, String why) {
    Setting setting =
        readings.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    String source = setting.source() == null ? "the default" : setting.source();
    return new SettingsException(
        "setting "
            + name
            + " "
            + why
            + ", was '"
            + setting.value()
            + "'"
            + (source.equals(Origin.PROGRAM.text()) ? "" : " (" + source + ")"));
  }

  /// The settings that are others than by default, in the order of their names, secrets masked.
  public List<Setting> changed() {
    return readings.all().stream().filter(Setting::isChanged).toList();
  }

  private static Settings read(SettingSource source) {
    boolean dev = source.flag("dev", false);
    Path data = source.path("data", DATA);
    String apiKey = source.secret("api_key");
    if (apiKey != null && !ApiKey.isText(apiKey)) {
      // Without the value, which may be a key with a slip in it.
      source.problem("setting api_key takes " + ApiKey.TEXT_WORDS, "api_key", "api_key_file");
    }
    NetworkSettings network = NetworkSettings.read(source);
    Behaviour behaviour = behaviour(source);
    StorageSettings storage = StorageSettings.read(source);
    MailSettings mail = MailSettings.read(source);
    GovernanceSettings governance = GovernanceSettings.read(source, dev);
    Worker worker = worker(source);
    LogSettings logs = LogSettings.read(source);
    Readings readings = source.finish();
    return new Settings(
        data == null ? Path.of(DATA) : data,
        dev,
        apiKey,
        network,
        behaviour,
        storage,
        mail,
        governance,
        worker,
        logs,
        readings);
  }

  private static Behaviour behaviour(SettingSource source) {
    Plans plans = PlanSettings.read(source);
    return new Behaviour(
        plans,
        source.word("default_plan", plans.byName().keySet(), "agency"),
        source.oneOf("duplicate_status_code", Set.of(200, 409), 200),
        source.oneOf("unavailable_status_code", Set.of(503, 429), 503),
        source.integer("attempt_replay_seconds", 0, 86_400, 60));
  }

  private static Worker worker(SettingSource source) {
    int queueMax = source.integer("run_queue_max", 1, 1_000_000, 100_000);
    return new Worker(
        source.integer("worker_threads", 0, 10_000, 16),
        source.integer("worker_max_per_namespace", 1, 10_000, 4),
        queueMax,
        source.integer("run_queue_max_per_namespace", 1, queueMax, Math.min(queueMax, 10_000)));
  }

  /// Where the key of the tools' secrets is.
  public Path sealingKeyFile() {
    Path given = governance.sealingKeyFile();
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
        + ", logs="
        + logs
        + "]";
  }
}
