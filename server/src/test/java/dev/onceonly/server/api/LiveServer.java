package dev.onceonly.server.api;

import dev.onceonly.core.account.Role;
import dev.onceonly.http.Route;
import dev.onceonly.server.RunningServer;
import dev.onceonly.server.admin.AdminWire;
import dev.onceonly.server.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The server as it is deployed, on a free port and a temporary folder, for all tests of a class.
/// Namespaces and keys are made the way an operator makes them: through the socket in the folder.
public final class LiveServer
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, AutoCloseable {
  /// Of the administrator of namespace `default`.
  public static final String ADMIN_KEY = "once_live_end_to_end_tests_00000001";

  private final Map<String, String> settings;
  private @Nullable Path data;
  private @Nullable RunningServer server;

  private LiveServer(Map<String, String> settings) {
    this.settings = settings;
  }

  /// A server that starts before the first test.
  public static LiveServer withDefaults() {
    return with(Map.of());
  }

  /// As [#withDefaults()], with other settings, by name.
  public static LiveServer with(Map<String, String> settings) {
    return new LiveServer(settings);
  }

  /// Starts it; [#close()] stops it and deletes its folder.
  public LiveServer start() {
    try {
      data = Files.createTempDirectory("onceonly-api");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run();
    return this;
  }

  private void run() {
    Map<String, String> given = new HashMap<>(settings);
    given.put("data", data().toString());
    given.put("port", "0");
    given.put("api_key", ADMIN_KEY);
    server = RunningServer.start(Settings.of(given));
  }

  /// Stops it, works on its folder, and starts it again there, on another port.
  void stopped(Consumer<Path> work) {
    running().close();
    work.accept(data());
    run();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    UtcBorder.passHour();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  public Path data() {
    return Objects.requireNonNull(data, "the server has not been started");
  }

  public int port() {
    return running().port();
  }

  public List<Route> routes() {
    return running().routes();
  }

  /// The administrator of namespace `default`.
  public Client admin() {
    return client(ADMIN_KEY);
  }

  public Client client(String apiKey) {
    return new Client(port(), apiKey);
  }

  /// Makes a namespace, and a key of its administrator.
  public Client namespace(String name, String plan) {
    operator("namespaces", "create", name, "--plan", plan);
    return key(name, Role.ADMIN);
  }

  /// Makes a key.
  ///
  /// @param agents patterns, for role `agent` only
  public Client key(String namespace, Role role, String... agents) {
    return client(keyText(namespace, role, agents));
  }

  /// As [#key(String, Role, String...)], as text.
  public String keyText(String namespace, Role role, String... agents) {
    List<String> words =
        new ArrayList<>(
            List.of("keys", "create", "--namespace", namespace, "--role", role.wireName()));
    for (String agent : agents) {
      words.add("--agent");
      words.add(agent);
    }
    return operator(words.toArray(String[]::new)).lines().findFirst().orElseThrow();
  }

  /// Disables a key.
  public void disable(String apiKey) {
    String end = apiKey.substring(apiKey.length() - 4);
    String row =
        operator("namespaces", "list")
            .lines()
            .skip(1)
            .map(line -> line.split(" ", 2)[0])
            .flatMap(name -> operator("keys", "list", "--namespace", name).lines())
            .filter(line -> line.contains("…" + end + " "))
            .findFirst()
            .orElseThrow();
    operator("keys", "disable", row.split(" ", 2)[0]);
  }

  /// Carries out an operator's command inside the server.
  ///
  /// @return what it printed
  public String operator(String... words) {
    AdminWire.Answer answer = operatorAnswer(words);
    if (answer.exitCode() != 0) {
      throw new AssertionError(String.join(" ", words) + ": " + answer.err());
    }
    return answer.out();
  }

  /// As [#operator(String...)], refused or not.
  public AdminWire.Answer operatorAnswer(String... words) {
    try {
      return AdminWire.call(data(), new AdminWire.Request(List.of(words)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    running().close();
    try (Stream<Path> paths = Files.walk(data())) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunningServer running() {
    return Objects.requireNonNull(server, "the server has not been started");
  }
}
