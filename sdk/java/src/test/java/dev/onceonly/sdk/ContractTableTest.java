package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What `spec/sdk.md` says of all SDKs, against this one's classes.
final class ContractTableTest {
  /// Verbs whose optional arguments stand in an options object, and which one.
  private static final Map<String, Class<?>> OPTIONS =
      Map.ofEntries(
          Map.entry("check_lock", CheckLockOptions.class),
          Map.entry("update_notifications", UpdateNotificationsOptions.class),
          Map.entry("events", EventsOptions.class),
          Map.entry("post_event", PostEventOptions.class),
          Map.entry("list_runs", ListRunsOptions.class),
          Map.entry("get_run_timeline", GetRunTimelineOptions.class),
          Map.entry("ai.run", RunOptions.class),
          Map.entry("ai.run_and_wait", RunAndWaitOptions.class),
          Map.entry("ai.run_tool", RunToolOptions.class),
          Map.entry("ai.run_fn", RunFnOptions.class),
          Map.entry("ai.lease", LeaseOptions.class),
          Map.entry("ai.wait", WaitOptions.class),
          Map.entry("gov.evaluate", EvaluateOptions.class),
          Map.entry("gov.list_calls", ListCallsOptions.class),
          Map.entry("gov.resolve_call", ResolveCallOptions.class),
          Map.entry("idempotent", IdempotentOptions.class),
          Map.entry("idempotent_ai", IdempotentAiOptions.class),
          Map.entry("verify_dispatch", VerifyOptions.class));

  /// Options that Java has not: no Java client was published.
  private static final Set<String> NOT_IN_JAVA = Set.of("keyFormat");

  /// Methods that set what another option's field holds.
  private static final Set<String> WITHOUT_FIELD =
      Set.of("releaseOnException", "returnValueOnDuplicate", "replayOnDuplicate");

  /// Verbs with no asynchronous form, or that take functions.
  private static final Set<String> OTHERS =
      Set.of("close", "idempotent", "idempotent_ai", "verify_dispatch");

  private static final Map<String, String> JAVA_NAMES =
      Map.of(
          "durationMs",
          "duration",
          "retryAfterSec",
          "retryAfter",
          "extraFields",
          "extra",
          "onException",
          "releaseOnException",
          "keyFunc",
          "keyFunction",
          "fingerprintFunc",
          "fingerprintFunction");

  private static final Map<String, Class<? extends Record>> OUTCOMES =
      Map.of(
          "CheckLockResult", CheckLockResult.class,
          "AiRun", AiRun.class,
          "AiStatus", AiStatus.class,
          "AiResult", AiResult.class,
          "AiToolResult", AiToolResult.class,
          "Policy", Policy.class,
          "AgentStatus", AgentStatus.class,
          "AgentLogItem", AgentLogItem.class,
          "AgentMetrics", AgentMetrics.class,
          "Dispatch", Dispatch.class);

  /// The cells of the rows of the table below a heading.
  private static List<List<String>> table(String heading) {
    List<String> lines;
    try {
      lines = Files.readAllLines(Harness.root().resolve("spec/sdk.md"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    List<List<String>> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      if (line.startsWith("## ")) {
        inside = line.equals("## " + heading);
      } else if (inside && line.startsWith("| ") && !line.startsWith("|---")) {
        String[] cells = line.substring(1, line.length() - 1).split("\\|", -1);
        rows.add(Arrays.stream(cells).map(String::strip).toList());
      }
    }
    assertThat(rows).as(heading).hasSizeGreaterThan(5);
    return rows.subList(1, rows.size());
  }

  private static String camel(String snake) {
    StringBuilder out = new StringBuilder();
    for (String part : snake.split("_", -1)) {
      out.append(out.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
    }
    return out.toString();
  }

  @TestFactory
  List<DynamicTest> everyVerbHasItsMethodAndItsTwin() {
    List<DynamicTest> tests = new ArrayList<>();
    for (List<String> row : table("Verbs")) {
      String verb = row.get(0);
      if (!OTHERS.contains(verb)) {
        tests.add(DynamicTest.dynamicTest(verb, () -> checkVerb(verb, row)));
      }
    }
    return tests;
  }

  private static void checkVerb(String verb, List<String> row) throws Exception {
    String spelled = row.get(5).replace("`", "").replace("()", "");
    Class<?> owner =
        spelled.startsWith("ai.")
            ? Ai.class
            : spelled.startsWith("gov.") ? Gov.class : OnceOnly.class;
    String name = spelled.substring(spelled.indexOf('.') + 1);
    List<String> arguments = arguments(row.get(1));
    List<Method> methods = named(owner, name);
    assertThat(methods).as(name).isNotEmpty();
    Class<?> view =
        owner == Ai.class
            ? AsyncAi.class
            : owner == Gov.class ? AsyncGov.class : AsyncOnceOnly.class;
    for (Method method : methods) {
      Method twin = view.getMethod(name, method.getParameterTypes());
      assertThat(twin.getReturnType()).isEqualTo(CompletableFuture.class);
    }
    if (arguments.isEmpty() || arguments.get(0).startsWith("as ")) {
      return;
    }
    Class<?> options = OPTIONS.get(verb);
    int required = (int) arguments.stream().filter(argument -> !isOptional(argument)).count();
    List<Integer> counts = methods.stream().map(Method::getParameterCount).toList();
    assertThat(counts).contains(options == null ? required : required + 1);
    if (options == null) {
      assertThat(counts).contains(arguments.size());
    } else {
      for (String argument : arguments) {
        if (isOptional(argument)) {
          checkOption(options, argument);
        }
      }
    }
  }

  private static boolean isOptional(String argument) {
    return argument.endsWith("?") || argument.contains("=") || argument.equals("extra fields");
  }

  private static List<String> arguments(String cell) {
    return cell.isEmpty() ? List.of() : Arrays.stream(cell.split(",")).map(String::strip).toList();
  }

  private static List<Method> named(Class<?> owner, String name) {
    return Arrays.stream(owner.getMethods())
        .filter(method -> method.getName().equals(name) && !method.isBridge())
        .toList();
  }

  private static void checkOption(Class<?> options, String argument) throws Exception {
    String[] parts = argument.replace("?", "").split("=", -1);
    String name = camel(parts[0].replace(' ', '_'));
    String java = JAVA_NAMES.getOrDefault(name, name);
    if (options == IdempotentOptions.class && name.equals("model")) {
      // Java names the type where it asks for a replay.
      java = "replayOnDuplicate";
    }
    if (NOT_IN_JAVA.contains(java)) {
      return;
    }
    if (options == IdempotentOptions.class && java.equals("model")) {
      // Whoever asks for a replay says its type there.
      assertThat(named(options, "replayOnDuplicate")).isNotEmpty();
      return;
    }
    assertThat(named(options, java)).as(argument).isNotEmpty();
    if (WITHOUT_FIELD.contains(java)) {
      return;
    }
    Object value = value(options.getDeclaredConstructor().newInstance(), java);
    if (parts.length > 1) {
      assertThat(text(value)).as(argument).isEqualTo(parts[1]);
    } else if (!argument.equals("extra fields")) {
      assertThat(value).as(argument).isNull();
    }
  }

  /// An option's value, which may stand in options that these are made of.
  private static @Nullable Object value(Object options, String name) throws Exception {
    List<Object> holders = new ArrayList<>(List.of(options));
    if (options instanceof IdempotentAiOptions) {
      // It has a function that is given these.
      holders.add(new RunFnOptions());
    }
    for (Field field : options.getClass().getDeclaredFields()) {
      if (field.getType().getSimpleName().endsWith("Options")) {
        holders.add(Objects.requireNonNull(field.get(options)));
      }
    }
    for (Object holder : holders) {
      for (Field field : holder.getClass().getDeclaredFields()) {
        if (field.getName().equals(name)) {
          return field.get(holder);
        }
      }
    }
    throw new AssertionError(options.getClass().getSimpleName() + " has no " + name);
  }

  private static String text(@Nullable Object value) {
    if (value instanceof DuplicateAnswer.Tell) {
      return "tell";
    }
    return value instanceof Duration duration
        ? BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }

  @TestFactory
  List<DynamicTest> everyOutcomeHasItsFields() {
    return table("Outcomes").stream()
        .map(row -> DynamicTest.dynamicTest(row.get(0), () -> checkOutcome(row)))
        .toList();
  }

  private static void checkOutcome(List<String> row) throws Exception {
    Class<? extends Record> type = Objects.requireNonNull(OUTCOMES.get(row.get(0)), row.get(0));
    for (String field : row.get(1).split("[,;]", -1)) {
      String name = camel(field.strip().replaceAll("[( ].*", ""));
      String java = JAVA_NAMES.getOrDefault(name, name);
      assertThat(type.getMethod(java).getReturnType()).as(java).isNotEqualTo(void.class);
    }
  }

  @Test
  void everyClientOptionHasItsBuilderMethod() {
    for (List<String> row : table("Client")) {
      String java = row.get(5).replaceAll("^`([A-Za-z]+)`.*", "$1");
      if (!row.get(0).equals("logger") && !java.isEmpty()) {
        assertThat(named(OnceOnlyBuilder.class, java)).as(java).hasSize(1);
      }
    }
    assertThat(named(OnceOnlyBuilder.class, "logger")).hasSize(1);
    assertThat(System.getLogger("dev.onceonly").getName()).isEqualTo("dev.onceonly");
  }

  @TestFactory
  List<DynamicTest> theOthersHaveTheirOptions() {
    return table("Verbs").stream()
        .filter(row -> OPTIONS.containsKey(row.get(0)) && OTHERS.contains(row.get(0)))
        .map(row -> DynamicTest.dynamicTest(row.get(0), () -> checkOptions(row)))
        .toList();
  }

  private static void checkOptions(List<String> row) throws Exception {
    for (String argument : arguments(row.get(1))) {
      if (isOptional(argument)) {
        checkOption(Objects.requireNonNull(OPTIONS.get(row.get(0))), argument);
      }
    }
  }
}
