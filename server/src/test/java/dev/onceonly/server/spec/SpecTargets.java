package dev.onceonly.server.spec;

import dev.onceonly.core.account.Role;
import dev.onceonly.server.api.LiveServer;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The one place that says which server the scenarios are sent to.
final class SpecTargets {
  /// Plan free stops at once; the namespace of the administrator has no limit at all. Only with
  /// `dev` may a tool listen on this machine.
  private static final Map<String, String> SETTINGS =
      Map.of(
          "default_plan", "unlimited", "plan_free_make", "0", "plan_free_ai", "0", "dev", "true");

  private SpecTargets() {}

  /// Starts the server under test; empty while there is none.
  static Optional<SpecTarget> start() {
    return Optional.of(new WholeServer(LiveServer.with(SETTINGS).start()));
  }

  /// The server as it is deployed.
  private static final class WholeServer implements SpecTarget {
    private final LiveServer server;
    private final EchoTool tool = new EchoTool();
    private final Map<Persona, String> apiKeys = new EnumMap<>(Persona.class);

    WholeServer(LiveServer server) {
      this.server = server;
      apiKeys.put(Persona.ADMIN, LiveServer.ADMIN_KEY);
      apiKeys.put(Persona.READER, server.keyText("default", Role.READER));
      apiKeys.put(Persona.OPERATOR, server.keyText("default", Role.OPERATOR));
      apiKeys.put(Persona.AGENT, server.keyText("default", Role.AGENT, "bot-*"));
      apiKeys.put(Persona.OVER_LIMIT, server.namespace("used-up", "free").apiKey());
      String disabled = server.keyText("default", Role.ADMIN);
      server.disable(disabled);
      apiKeys.put(Persona.DISABLED, disabled);
    }

    @Override
    public URI baseUri() {
      return URI.create("http://127.0.0.1:" + server.port());
    }

    @Override
    public String apiKey(Persona persona) {
      return apiKeys.getOrDefault(persona, "");
    }

    @Override
    public URI toolUrl() {
      return tool.url();
    }

    @Override
    public Set<String> routes() {
      return server.routes().stream()
          .map(route -> route.method() + " " + route.pattern())
          .collect(Collectors.toSet());
    }

    @Override
    public void close() {
      server.close();
      tool.close();
    }
  }
}
