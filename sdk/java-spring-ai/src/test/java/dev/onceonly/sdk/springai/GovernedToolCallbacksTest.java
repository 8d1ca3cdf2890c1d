package dev.onceonly.sdk.springai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.testkit.LiveServer;
import dev.onceonly.sdk.testkit.ToolBackend;
import dev.onceonly.sdk.tool.GovernedToolOptions;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.definition.ToolDefinition;

/// Tools that the server calls in the name of an agent.
final class GovernedToolCallbacksTest {
  private static LiveServer server;
  private static OnceOnly client;

  private final String agent = "agent-" + UUID.randomUUID();
  private final String tool = "mail." + UUID.randomUUID();

  @BeforeAll
  static void start() {
    server = LiveServer.start();
    client = OnceOnly.builder().apiKey(LiveServer.API_KEY).baseUrl(server.url()).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @Test
  void allowedCallIsMadeByTheServerOnce() {
    try (ToolBackend backend = ToolBackend.answering(200, "{\"message_id\":\"m1\"}")) {
      register(backend);

      List<String> answers = ask("{\"to\":\"ada\"}", "{\"to\":\"ada\"}");

      assertThat(answers).containsExactly("{\"message_id\":\"m1\"}", "{\"message_id\":\"m1\"}");
      assertThat(backend.bodies()).singleElement().asString().contains("\"to\":\"ada\"", agent);
    }
  }

  @Test
  void blockedCallTellsTheModelWhy() {
    try (ToolBackend backend = ToolBackend.answering(200, "{}")) {
      register(backend);
      client.gov().upsertPolicy(Map.of("agent_id", agent, "blocked_tools", List.of(tool)));

      assertThat(ask("{\"to\":\"ada\"}"))
          .containsExactly("Action '" + tool + "' blocked (tool_explicitly_blocked).");
      assertThat(backend.bodies()).isEmpty();
    }
  }

  @Test
  void failedToolIsAnErrorForTheModel() {
    try (ToolBackend backend = ToolBackend.answering(400, "{}")) {
      register(backend);

      assertThat(ask("{}")).singleElement().asString().contains("tool_error");
    }
  }

  @Test
  void argumentsThatAreNoObjectAreRefusedBeforeAnythingIsSent() {
    assertThat(ask("[1]")).containsExactly("a tool's arguments must be a JSON object");
  }

  private void register(ToolBackend backend) {
    client
        .gov()
        .createTool(
            Map.of(
                "name",
                tool,
                "scope_id",
                "global",
                "url",
                backend.url(),
                "auth",
                Map.of("type", "hmac_sha256", "secret", "a-secret-of-tests")));
  }

  private List<String> ask(String... arguments) {
    ScriptedModel model = ScriptedModel.calling(tool, arguments);
    Consumer<GovernedToolOptions> options =
        o -> o.runId("run-" + agent).spendUsd(new BigDecimal("0.01"));
    ToolDefinition definition =
        ToolDefinition.builder().name(tool).description("Sends a mail").inputSchema("{}").build();
    ChatClient.create(model)
        .prompt("Say hello")
        .tools(OnceOnlyToolCallbacks.of(client).governed(agent, definition, options))
        .call()
        .content();
    return model.answers();
  }
}
