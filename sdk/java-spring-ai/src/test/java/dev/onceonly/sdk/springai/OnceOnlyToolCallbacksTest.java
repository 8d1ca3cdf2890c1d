package dev.onceonly.sdk.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.testkit.LiveServer;
import dev.onceonly.sdk.tool.IdempotentToolOptions;
import dev.onceonly.sdk.tool.OnDuplicate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.execution.ToolExecutionException;

/// Tools of a real chat client, guarded by the real server; only the model is scripted.
final class OnceOnlyToolCallbacksTest {
  private static LiveServer server;
  private static OnceOnly client;

  private final String id = UUID.randomUUID().toString();
  private final MailTools mail = new MailTools(true);

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
  void sameActionTwiceRunsOnceWhateverTheOrderOfItsArguments() {
    ScriptedModel model =
        ScriptedModel.calling(
            "sendMail",
            "{\"to\": \"%s\", \"text\": \"hello\"}".formatted(id),
            "{\"text\":\"hello\",\"to\":\"%s\"}".formatted(id));

    assertThat(ask(model, telling())).isEqualTo("done");
    assertThat(ask(model, telling())).isEqualTo("done");

    assertThat(timeless(model.answers()))
        .containsExactly(
            "\"mail 1 sent to " + id + ": hello\"",
            told("sendMail"),
            told("sendMail"),
            told("sendMail"));
    assertThat(mail.sent).hasValue(1);
  }

  @Test
  void otherArgumentsAreAnotherAction() {
    ask(ScriptedModel.calling("sendMail", mailTo(id + "-a"), mailTo(id + "-b")), telling());

    assertThat(mail.sent).hasValue(2);
  }

  @Test
  void replayGivesTheModelTheFirstResultAgain() {
    ScriptedModel model = ScriptedModel.calling("sendMail", mailTo(id), mailTo(id));

    ask(model, replaying());

    String sent = "\"mail 1 sent to " + id + ": hello\"";
    assertThat(model.answers()).containsExactly(sent, sent);
    assertThat(mail.sent).hasValue(1);
  }

  @Test
  void failureOfAToolReachesTheModelAndItsLockStays() {
    ScriptedModel model = ScriptedModel.calling("sendMailByPost", to(id), to(id));

    ask(model, telling());

    assertThat(timeless(model.answers()))
        .containsExactly(
            "the post office is closed after 1 mails to " + id, told("sendMailByPost"));
  }

  @Test
  void failureIsReplayedAsAFailureUnlessItMayBeTriedAgain() {
    ScriptedModel model = ScriptedModel.calling("sendMailByPost", to(id));
    ask(model, replaying());
    ask(model, replaying());
    ask(model, replaying().andThen(o -> o.retryFailed(true)));

    assertThat(model.answers())
        .containsExactly(
            "the post office is closed after 1 mails to " + id,
            "Action 'sendMailByPost' failed before (tool_error) and is not run again.",
            "the post office is closed after 2 mails to " + id);
  }

  @Test
  void conversationIsPartOfTheKeyOnlyWhenAskedFor() {
    askInTwoConversations(telling());
    assertThat(mail.sent).hasValue(1);

    askInTwoConversations(telling().andThen(o -> o.perConversation(true)));
    assertThat(mail.sent).hasValue(3);
  }

  private void askInTwoConversations(Consumer<IdempotentToolOptions> options) {
    for (String conversation : new String[] {"first", "second"}) {
      ScriptedModel model = ScriptedModel.calling("sendMailFrom", to(id));
      ChatClient.create(model)
          .prompt("Say hello")
          .tools((Object[]) OnceOnlyToolCallbacks.of(client, options).idempotentToolsOf(mail))
          .toolContext(Map.of(ChatMemory.CONVERSATION_ID, conversation, "sender", "Grace"))
          .call()
          .content();
      assertThat(model.answers()).hasSize(1);
    }
  }

  @Test
  void keyPartOfTheContextKeepsCustomersApartAndAMissingOneIsRefused() {
    ToolCallback once =
        tool("sendMailFrom", telling().andThen(o -> o.keyPart(c -> c.context().get("customer"))));

    for (String customer : new String[] {"a", "b", "a"}) {
      var unused =
          once.call(to(id), new ToolContext(Map.of("customer", customer, "sender", "Grace")));
    }
    assertThat(mail.sent).hasValue(2);
    assertThatThrownBy(() -> once.call(to(id), new ToolContext(Map.of("sender", "Grace"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void failureMayReleaseTheKeyByTheToolsOwnError() {
    ScriptedModel model = ScriptedModel.calling("sendMailByPost", to(id), to(id));

    ask(model, telling().andThen(o -> o.releaseOnException(IllegalStateException.class)));

    assertThat(model.answers())
        .containsExactly(
            "the post office is closed after 1 mails to " + id,
            "the post office is closed after 2 mails to " + id);
  }

  @Test
  void contextReachesTheTool() {
    ToolCallback once = tool("sendMailFrom", telling());

    String answer = once.call(to(id), new ToolContext(Map.of("sender", "Grace")));

    assertThat(answer).isEqualTo("\"mail sent to " + id + " from Grace\"");
  }

  @Test
  void definitionAndMetadataAreTheToolsOwn() {
    ToolCallback once = tool("sendNewsletter", telling());

    assertThat(once.getToolDefinition().description()).isEqualTo("Sends a newsletter");
    assertThat(once.getToolDefinition().inputSchema()).contains("\"issue\"");
    assertThat(once.getToolMetadata().returnDirect()).isTrue();
    assertThat(once.call("{\"issue\":\"%s\"}".formatted(id))).contains("newsletter 1");
  }

  @Test
  void providerIsGuardedAsAWhole() {
    ToolCallbackProvider provider = ToolCallbackProvider.from(ToolCallbacks.from(mail));
    ScriptedModel model = ScriptedModel.calling("sendMail", mailTo(id), mailTo(id));

    ChatClient.create(model)
        .prompt("Say hello")
        .tools(OnceOnlyToolCallbacks.of(client).idempotent(provider))
        .call()
        .content();

    assertThat(mail.sent).hasValue(1);
  }

  @Test
  void toolDoesNotRunWhileTheServerIsAwayUnlessItMay() {
    try (OnceOnly away =
        OnceOnly.builder().apiKey("once_live_away").baseUrl("http://127.0.0.1:9").build()) {
      ToolCallback careful =
          first(OnceOnlyToolCallbacks.of(away, telling().andThen(o -> o.failOpen(false))));
      assertThatThrownBy(() -> careful.call(to(id)))
          .isInstanceOf(ToolExecutionException.class)
          .hasCauseInstanceOf(NetworkException.class)
          .hasMessageNotContaining("once_live_away");
      assertThat(mail.sent).hasValue(0);

      ToolCallback lenient = first(OnceOnlyToolCallbacks.of(away));
      assertThat(lenient.call(mailTo(id))).contains("mail 1 sent");
    }
  }

  private ToolCallback first(OnceOnlyToolCallbacks tools) {
    return pick("sendMail", tools.idempotentToolsOf(mail));
  }

  private ToolCallback tool(String name, Consumer<IdempotentToolOptions> options) {
    return pick(name, OnceOnlyToolCallbacks.of(client, options).idempotentToolsOf(mail));
  }

  private static ToolCallback pick(String name, ToolCallback[] tools) {
    for (ToolCallback tool : tools) {
      if (tool.getToolDefinition().name().equals(name)) {
        return tool;
      }
    }
    throw new AssertionError("no tool " + name);
  }

  private String ask(ScriptedModel model, Consumer<IdempotentToolOptions> options) {
    return String.valueOf(
        ChatClient.create(model)
            .prompt("Say hello")
            .tools((Object[]) OnceOnlyToolCallbacks.of(client, options).idempotentToolsOf(mail))
            .call()
            .content());
  }

  private static Consumer<IdempotentToolOptions> telling() {
    return o -> {};
  }

  private static Consumer<IdempotentToolOptions> replaying() {
    return o -> o.onDuplicate(OnDuplicate.REPLAY);
  }

  // What does not change from run to run.
  private static List<String> timeless(List<String> answers) {
    return answers.stream()
        .map(answer -> answer.replaceAll("first at [0-9TZ:-]+", "first at TIME"))
        .toList();
  }

  private static String told(String tool) {
    return "Action '"
        + tool
        + "' was not run again: the same call was made before, first at TIME. This does not say"
        + " whether that one succeeded.";
  }

  private static String mailTo(String recipient) {
    return "{\"to\":\"%s\",\"text\":\"hello\"}".formatted(recipient);
  }

  private static String to(String recipient) {
    return "{\"to\":\"%s\"}".formatted(recipient);
  }
}
