package dev.onceonly.sdk.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.error.DuplicateException;
import dev.onceonly.sdk.testkit.LiveServer;
import dev.onceonly.sdk.tool.IdempotentToolOptions;
import dev.onceonly.sdk.tool.OnDuplicate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Tools of real AI services, guarded by the real server; only the model is scripted.
final class OnceOnlyToolsTest {
  private static final String TOLD =
      "Action '%s' was not run again: the same call was made before, first at TIME. This does not"
          + " say whether that one succeeded.";

  private static LiveServer server;
  private static OnceOnly client;

  private final String id = UUID.randomUUID().toString();
  private final MailTools mail = new MailTools(true);

  interface Assistant {
    String chat(String text);
  }

  interface RememberingAssistant {
    String chat(@MemoryId String conversation, @UserMessage String text);
  }

  interface AssistantWithResult {
    Result<String> chat(String text);
  }

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
    Assistant assistant = assistant(Assistant.class, model, telling());

    assertThat(assistant.chat("Say hello")).isEqualTo("done");
    assertThat(assistant.chat("Say hello, please")).isEqualTo("done");

    String told = TOLD.formatted("sendMail");
    assertThat(timeless(model.answers()))
        .containsExactly("mail 1 sent to " + id + ": hello", told, told, told);
    assertThat(mail.sent).hasValue(1);
  }

  @Test
  void otherArgumentsAreAnotherAction() {
    ScriptedModel model = ScriptedModel.calling("sendMail", mailTo(id + "-a"), mailTo(id + "-b"));

    assistant(Assistant.class, model, telling()).chat("Say hello");

    assertThat(mail.sent).hasValue(2);
  }

  @Test
  void replayGivesTheModelTheFirstResultAgain() {
    ScriptedModel model = ScriptedModel.calling("sendMail", mailTo(id), mailTo(id));

    assistant(Assistant.class, model, replaying()).chat("Say hello");

    String sent = "mail 1 sent to " + id + ": hello";
    assertThat(model.answers()).containsExactly(sent, sent);
    assertThat(mail.sent).hasValue(1);
  }

  @Test
  void toolsCalledConcurrentlyRunOnceAndAllGetTheResult() {
    ScriptedModel model =
        ScriptedModel.calling("sendMail", mailTo(id), mailTo(id), mailTo(id), mailTo(id));
    AiServices.builder(Assistant.class)
        .chatModel(model)
        .tools(OnceOnlyTools.of(client, replaying()).idempotentToolsOf(mail))
        .executeToolsConcurrently()
        .build()
        .chat("Say hello");

    assertThat(model.answers()).hasSize(4).containsOnly("mail 1 sent to " + id + ": hello");
    assertThat(mail.sent).hasValue(1);
  }

  @Test
  void conversationIsPartOfTheKeyOnlyWhenAskedFor() {
    ScriptedModel model = ScriptedModel.calling("sendMail", mailTo(id));
    chatTwice(model, telling());
    assertThat(mail.sent).hasValue(1);

    chatTwice(model, telling().andThen(o -> o.perConversation(true)));
    assertThat(mail.sent).hasValue(3);
  }

  private void chatTwice(ChatModel model, Consumer<IdempotentToolOptions> options) {
    RememberingAssistant assistant =
        AiServices.builder(RememberingAssistant.class)
            .chatModel(model)
            .chatMemoryProvider(memoryId -> MessageWindowChatMemory.withMaxMessages(10))
            .tools(OnceOnlyTools.of(client, options).idempotentToolsOf(mail))
            .build();
    assistant.chat("first", "Say hello");
    assistant.chat("second", "Say hello");
  }

  @Test
  void failureOfAToolReachesTheModelAndItsLockStays() {
    ScriptedModel model = ScriptedModel.calling("sendMailByPost", to(id), to(id));

    assistant(Assistant.class, model, telling()).chat("Say hello");

    assertThat(timeless(model.answers()))
        .containsExactly(
            "the post office is closed after 1 mails to " + id, TOLD.formatted("sendMailByPost"));
  }

  @Test
  void failureIsReplayedAsAFailureUnlessItMayBeTriedAgain() {
    ScriptedModel model = ScriptedModel.calling("sendMailByPost", to(id), to(id));
    assistant(Assistant.class, model, replaying()).chat("Say hello");
    assistant(Assistant.class, model, replaying().andThen(o -> o.retryFailed(true)))
        .chat("Say hello");

    assertThat(model.answers())
        .containsExactly(
            "the post office is closed after 1 mails to " + id,
            "Action 'sendMailByPost' failed before (tool_error) and is not run again.",
            "the post office is closed after 2 mails to " + id,
            "the post office is closed after 3 mails to " + id);
  }

  @Test
  void errorThatAToolGivesAsAValueIsAFailureToo() {
    AtomicInteger runs = new AtomicInteger();
    ToolExecutor failing = new FailingByValue(runs);
    ToolExecutor once = OnceOnlyTools.of(client, replaying()).idempotent(failing);
    ToolExecutionRequest request =
        ToolExecutionRequest.builder().id("1").name("fail").arguments(to(id)).build();

    ToolExecutionResult first = once.executeWithContext(request, context());
    ToolExecutionResult second = once.executeWithContext(request, context());

    assertThat(first.isError()).isTrue();
    assertThat(first.resultText()).isEqualTo("no luck");
    assertThat(second.resultText()).startsWith("Action 'fail' failed before");
    assertThat(runs).hasValue(1);
  }

  @Test
  void duplicateMayBeAnErrorAndAFailureMayReleaseTheKey() {
    AtomicInteger runs = new AtomicInteger();
    ToolExecutor tool =
        (request, memoryId) -> {
          if (runs.incrementAndGet() == 1) {
            throw new IllegalStateException("not yet");
          }
          return "run " + runs.get();
        };
    ToolExecutor once =
        OnceOnlyTools.of(
                client,
                o ->
                    o.keyPrefix("raise-" + id)
                        .onDuplicate(OnDuplicate.RAISE)
                        .releaseOnException(IllegalStateException.class))
            .idempotent(tool);

    assertThatThrownBy(() -> once.execute(withoutArguments("{}"), null))
        .isInstanceOf(IllegalStateException.class);
    assertThat(once.execute(withoutArguments("{}"), null)).isEqualTo("run 2");
    assertThatThrownBy(() -> once.execute(withoutArguments("{}"), null))
        .isInstanceOfSatisfying(
            DuplicateException.class, e -> assertThat(e.key()).startsWith("raise-" + id));
  }

  @Test
  void keyPartOfTheCallKeepsCustomersApartAndAMissingOneIsRefused() {
    AtomicInteger runs = new AtomicInteger();
    ToolExecutor once =
        OnceOnlyTools.of(
                client,
                o -> o.keyPrefix("part-" + id).keyPart(call -> call.context().get("customer")))
            .idempotent((ToolExecutor) (request, memoryId) -> "run " + runs.incrementAndGet());

    assertThat(text(once, Map.of("customer", "a"))).isEqualTo("run 1");
    assertThat(text(once, Map.of("customer", "b"))).isEqualTo("run 2");
    assertThat(text(once, Map.of("customer", "a"))).contains("was not run again");
    assertThatThrownBy(() -> text(once, Map.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> text(once, Map.of("customer", " ")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(runs).hasValue(2);
  }

  @Test
  void anAssistantWithoutMemoryIdsHasNoConversation() {
    AtomicInteger runs = new AtomicInteger();
    ToolExecutor once =
        OnceOnlyTools.of(client, o -> o.keyPrefix("alone-" + id).perConversation(true))
            .idempotent((ToolExecutor) (request, memoryId) -> "run " + runs.incrementAndGet());

    assertThatThrownBy(() -> text(once, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keyPart must be");
    assertThatThrownBy(() -> once.execute(withoutArguments("{}"), "default"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(once.execute(withoutArguments("{}"), 7)).isEqualTo("run 1");
  }

  private static String text(ToolExecutor tool, Map<String, Object> parameters) {
    return tool.executeWithContext(
            withoutArguments("{}"),
            InvocationContext.builder()
                .chatMemoryId("default")
                .invocationParameters(InvocationParameters.from(parameters))
                .build())
        .resultText();
  }

  @Test
  void executorAloneAndAToolWithoutArgumentsAreGuardedToo() {
    AtomicInteger runs = new AtomicInteger();
    ToolExecutor once =
        OnceOnlyTools.of(client, telling().andThen(o -> o.keyPrefix("alone-" + id)))
            .idempotent((ToolExecutor) (request, memoryId) -> "run " + runs.incrementAndGet());

    assertThat(once.execute(withoutArguments(null), null)).isEqualTo("run 1");
    assertThat(timeless(List.of(once.execute(withoutArguments("{ }"), null))))
        .containsExactly(TOLD.formatted("ping"));
  }

  private static ToolExecutionRequest withoutArguments(@Nullable String arguments) {
    return ToolExecutionRequest.builder().id("1").name("ping").arguments(arguments).build();
  }

  @Test
  void returnBehaviourOfAToolIsKept() {
    ScriptedModel model = ScriptedModel.calling("sendNewsletter", "{}");
    AssistantWithResult assistant =
        assistant(
            AssistantWithResult.class, model, replaying().andThen(o -> o.keyPrefix("news-" + id)));

    Result<String> result = assistant.chat("Send the newsletter");

    assertThat(result.toolExecutions()).hasSize(1);
    assertThat(result.toolExecutions().get(0).result()).isEqualTo("newsletter 1");
    assertThat(model.answers()).isEmpty();
  }

  @Test
  void toolDoesNotRunWhileTheServerIsAwayUnlessItMay() {
    try (OnceOnly away =
        OnceOnly.builder().apiKey("once_live_away").baseUrl("http://127.0.0.1:9").build()) {
      ScriptedModel model = ScriptedModel.calling("sendMail", mailTo(id));
      AiServices.builder(Assistant.class)
          .chatModel(model)
          .tools(
              OnceOnlyTools.of(away, telling().andThen(o -> o.failOpen(false)))
                  .idempotentToolsOf(mail))
          .build()
          .chat("Say hello");
      assertThat(mail.sent).hasValue(0);
      assertThat(model.answers()).singleElement().asString().doesNotContain("once_live_away");

      AiServices.builder(Assistant.class)
          .chatModel(model)
          .tools(OnceOnlyTools.of(away).idempotentToolsOf(mail))
          .build()
          .chat("Say hello");
      assertThat(mail.sent).hasValue(1);
    }
  }

  @Test
  void objectWithoutToolsIsRefused() {
    assertThatThrownBy(() -> OnceOnlyTools.of(client).idempotentToolsOf(new Object()))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("java.lang.Object");
  }

  private <T> T assistant(Class<T> type, ChatModel model, Consumer<IdempotentToolOptions> options) {
    return AiServices.builder(type)
        .chatModel(model)
        .tools(OnceOnlyTools.of(client, options).idempotentToolsOf(mail))
        .build();
  }

  // What does not change from run to run.
  private static List<String> timeless(List<String> answers) {
    return answers.stream()
        .map(answer -> answer.replaceAll("first at [0-9TZ:-]+", "first at TIME"))
        .toList();
  }

  private static Consumer<IdempotentToolOptions> telling() {
    return o -> {};
  }

  private static Consumer<IdempotentToolOptions> replaying() {
    return o -> o.onDuplicate(OnDuplicate.REPLAY);
  }

  private static String mailTo(String recipient) {
    return "{\"to\":\"%s\",\"text\":\"hello\"}".formatted(recipient);
  }

  private static String to(String recipient) {
    return "{\"to\":\"%s\"}".formatted(recipient);
  }

  private static InvocationContext context() {
    return InvocationContext.builder().chatMemoryId("default").build();
  }

  /// Fails without throwing, as tools over MCP do.
  private record FailingByValue(AtomicInteger runs) implements ToolExecutor {
    @Override
    public String execute(ToolExecutionRequest request, @Nullable Object memoryId) {
      return result().resultText();
    }

    @Override
    public ToolExecutionResult executeWithContext(
        ToolExecutionRequest request, InvocationContext context) {
      return result();
    }

    private ToolExecutionResult result() {
      runs.incrementAndGet();
      return ToolExecutionResult.builder().isError(true).resultText("no luck").build();
    }
  }
}
