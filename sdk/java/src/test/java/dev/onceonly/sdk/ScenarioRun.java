package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.internal.json.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One scenario in one mode, by blocking or asynchronous calls.
final class ScenarioRun implements AutoCloseable {
  private final Harness harness;
  private final Fields begun;
  private final boolean isAsync;
  private final OnceOnly client;
  private final CapturedLog log = new CapturedLog();
  private final ToldHooks hooks = new ToldHooks();
  private final AtomicInteger functionCalls = new AtomicInteger();
  private final AtomicInteger lostCalls = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Function<List<? extends @Nullable Object>, Callable<@Nullable Object>>>
      decorated = new HashMap<>();

  /// @param changes made to the scenario's client
  ScenarioRun(
      Harness harness, String id, String mode, boolean isAsync, Consumer<OnceOnlyBuilder> changes) {
    this.harness = harness;
    this.isAsync = isAsync;
    this.begun =
        harness.post(
            "/begin",
            map("id", id, "mode", mode, "sdk", "java", "variant", isAsync ? "async" : "blocking"));
    this.client = client(changes);
    Fields functions = Fields.of(begun.raw().get("functions"));
    functions.raw().forEach((name, says) -> decorated.put(name, tried(name, Fields.of(says))));
  }

  private OnceOnly client(Consumer<OnceOnlyBuilder> changes) {
    Args says = new Args(Fields.of(begun.raw().get("client")));
    OnceOnlyBuilder builder = OnceOnly.builder().environment(environment()).logger(log);
    // Null where the environment has it.
    if (begun.text("api_key") != null) {
      builder.apiKey(begun.text("api_key"));
    }
    if (begun.text("base_url") != null) {
      builder.baseUrl(begun.text("base_url"));
    }
    builder = says.withSeconds(builder, "timeout", OnceOnlyBuilder::timeout);
    builder = says.withSeconds(builder, "deadline", OnceOnlyBuilder::deadline);
    builder = says.withFlag(builder, "fail_open", OnceOnlyBuilder::failOpen);
    builder = says.withNumber(builder, "max_retries_429", OnceOnlyBuilder::maxRetries);
    builder = says.withSeconds(builder, "retry_backoff", OnceOnlyBuilder::retryBackoff);
    builder = says.withSeconds(builder, "retry_max_backoff", OnceOnlyBuilder::retryMaxBackoff);
    builder = says.withNumber(builder, "max_connections", OnceOnlyBuilder::maxConnections);
    builder = says.withText(builder, "user_agent", OnceOnlyBuilder::userAgent);
    hooks.set(builder, says);
    changes.accept(builder);
    return builder.build();
  }

  private Environment environment() {
    Fields variables = Fields.of(begun.raw().get("environment"));
    return new Environment(name -> variables.text(Objects.requireNonNull(name)));
  }

  /// Runs all steps and gives what was not as expected.
  List<String> problems() throws Exception {
    List<String> problems = new ArrayList<>();
    long steps = Objects.requireNonNull(begun.number("steps"));
    for (int index = 0; index < steps; index++) {
      Map<String, @Nullable Object> at = map("run", begun.text("run"), "index", index);
      Fields step = harness.post("/step", at);
      Map<String, @Nullable Object> outcome = new LinkedHashMap<>(at);
      outcome.putAll(take(step));
      List<String> found = Harness.problems(harness.post("/outcome", outcome));
      for (String problem : found) {
        problems.add("step %d: %s".formatted(index, problem));
      }
    }
    problems.addAll(Harness.problems(harness.post("/end", map("run", begun.text("run")))));
    return problems;
  }

  private Map<String, @Nullable Object> take(Fields step) {
    functionCalls.set(0);
    lostCalls.set(0);
    hooks.take();
    var unused = log.take();
    long startNanos = System.nanoTime();
    Map<String, @Nullable Object> outcome = new LinkedHashMap<>();
    try {
      outcome.put("value", Neutral.value(result(step)));
    } catch (Throwable e) {
      outcome.put("error", Neutral.error(Failures.unwrap(e)));
    }
    outcome.put("elapsed_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
    outcome.put("fn_calls", functionCalls.get());
    outcome.put("lost_calls", lostCalls.get());
    outcome.put("logged", log.take());
    outcome.put("hooks", hooks.take());
    return outcome;
  }

  private @Nullable Object result(Fields step) throws Exception {
    String call = Objects.requireNonNull(step.text("call"));
    Args args = new Args(Fields.of(step.raw().get("args")));
    Long closeAfterMs = step.number("close_after_ms");
    if (closeAfterMs != null) {
      var unused = later(closeAfterMs, client::close);
    }
    if (call.equals("close")) {
      client.close();
      return null;
    }
    if (call.equals("verify_dispatch")) {
      return OptionReading.dispatch(args);
    }
    if (call.equals("invoke")) {
      return invoke(args);
    }
    Long cancelAfterMs = step.number("cancel_after_ms");
    if (isAsync) {
      CompletableFuture<? extends @Nullable Object> future =
          call.equals("ai.run_fn")
              ? client
                  .async()
                  .ai()
                  .runFn(args.text("key"), function(args), o -> runFnOptions(args, o))
              : verb(AsyncVerbs.ALL, call).call(client.async(), args);
      if (cancelAfterMs != null) {
        var unused = later(cancelAfterMs, () -> future.cancel(true));
      }
      return future.get();
    }
    Callable<@Nullable Object> blocking =
        call.equals("ai.run_fn")
            ? () -> client.ai().runFn(args.text("key"), function(args), o -> runFnOptions(args, o))
            : () -> verb(BlockingVerbs.ALL, call).call(client, args);
    if (cancelAfterMs == null) {
      return blocking.call();
    }
    Thread here = Thread.currentThread();
    var unused = later(cancelAfterMs, here::interrupt);
    try {
      return blocking.call();
    } finally {
      // The SDK sets the interrupt status again; the next step starts without it.
      Thread.interrupted();
    }
  }

  private static <V> V verb(Map<String, V> verbs, String name) {
    return Objects.requireNonNull(verbs.get(name), "no verb " + name);
  }

  private Future<?> later(long millis, Runnable action) {
    return threads.submit(() -> {
      TimeUnit.MILLISECONDS.sleep(millis);
      action.run();
      return null;
    });
  }

  private LeaseFunction<Exception> function(Args args) {
    Fields fn = Fields.of(args.any("fn"));
    return lease -> counted(fn, List.of());
  }

  private @Nullable Object counted(Fields fn, List<? extends @Nullable Object> arguments)
      throws Exception {
    functionCalls.incrementAndGet();
    return TestFunctions.call(fn, arguments);
  }

  private void runFnOptions(Args args, RunFnOptions options) {
    OptionReading.runFn(args, options);
    if (args.has("on_lease_lost")) {
      options.onLeaseLost(answer -> lostCalls.incrementAndGet());
    }
  }

  private @Nullable Object invoke(Args args) throws Exception {
    Callable<@Nullable Object> call =
        Objects.requireNonNull(decorated.get(args.text("function"))).apply(arguments(args));
    if (!args.has("times_at_once")) {
      return isAsync ? threads.submit(call).get() : call.call();
    }
    int times = args.number("times_at_once", 1);
    CountDownLatch together = new CountDownLatch(times);
    List<Future<Map<String, @Nullable Object>>> calls = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      calls.add(
          threads.submit(() -> {
            together.countDown();
            together.await();
            return told(call);
          }));
    }
    List<@Nullable Object> outcomes = new ArrayList<>();
    for (Future<Map<String, @Nullable Object>> one : calls) {
      outcomes.add(one.get());
    }
    return outcomes;
  }

  private static List<? extends @Nullable Object> arguments(Args args) {
    return Objects.requireNonNull((List<?>) TestValues.of(args.list("args")));
  }

  private static Map<String, @Nullable Object> told(Callable<@Nullable Object> call)
      throws ReflectiveOperationException {
    try {
      return map("value", Neutral.value(call.call()));
    } catch (Exception e) {
      return map("error", Neutral.error(e));
    }
  }

  // A function that can't be decorated says so at each call of it.
  private Function<List<? extends @Nullable Object>, Callable<@Nullable Object>> tried(
      String name, Fields says) {
    try {
      return decorate(name, says);
    } catch (IllegalArgumentException e) {
      return arguments ->
          () -> {
            throw e;
          };
    }
  }

  private Function<List<? extends @Nullable Object>, Callable<@Nullable Object>> decorate(
      String name, Fields says) {
    Args options = new Args(Fields.of(says.raw().get("options")));
    Fields fn = Fields.of(says.raw().get("fn"));
    if ("idempotent".equals(says.text("decorator"))) {
      IdempotentCall guard =
          new IdempotentCall(
              client,
              Arguments.options(
                  new IdempotentOptions(),
                  o -> {
                    // A Java function has no name: its key_id stands for it.
                    if (!says.flag("anonymous")) {
                      o.keyId(name);
                    }
                    idempotent(options, o);
                  }));
      return arguments ->
          () -> guard.<@Nullable Object, Exception>invoke(arguments, () -> counted(fn, arguments));
    }
    IdempotentAiOptions own = IdempotentAiOptions.checked(o -> idempotentAi(options, o));
    return arguments ->
        () -> own.<Exception>invoke(client.ai(), arguments, lease -> counted(fn, arguments));
  }

  private static void idempotent(Args args, IdempotentOptions options) {
    args.withText(options, "key_prefix", IdempotentOptions::keyPrefix);
    args.withSeconds(options, "ttl", IdempotentOptions::ttl);
    args.withText(options, "key_version", IdempotentOptions::keyVersion);
    args.withText(options, "key_id", IdempotentOptions::keyId);
    args.withAny(options, "return_value_on_duplicate", IdempotentOptions::returnValueOnDuplicate);
    args.withFlag(options, "fail_open", IdempotentOptions::failOpen);
    if (args.has("key_func")) {
      options.keyFunction(given -> quiet(args, "key_func", given));
    }
    if (args.has("fingerprint_func")) {
      options.fingerprintFunction(given -> quiet(args, "fingerprint_func", given));
    }
    OptionReading.onException(args, options::releaseOnException);
    if ("raise".equals(args.any("on_duplicate"))) {
      options.raiseOnDuplicate();
    } else if ("replay".equals(args.any("on_duplicate"))) {
      options.replayOnDuplicate(Object.class);
    } else if (args.any("on_duplicate") instanceof Map) {
      options.onDuplicate(given -> quiet(args, "on_duplicate", given));
    }
  }

  private void idempotentAi(Args args, IdempotentAiOptions options) {
    options.run(o -> runFnOptions(args, o));
    args.withText(options, "key", IdempotentAiOptions::key);
    if (args.has("key_fn")) {
      options.keyFunction(given -> quiet(args, "key_fn", given));
    }
    if (args.has("metadata_fn")) {
      options.metadataFunction(given -> quiet(args, "metadata_fn", given));
    }
    if (args.has("fingerprint_func")) {
      options.fingerprintFunction(given -> quiet(args, "fingerprint_func", given));
    }
  }

  private static @Nullable Object quiet(Args args, String name, CallArguments given) {
    try {
      return TestFunctions.call(Fields.of(args.any(name)), given.values());
    } catch (Exception e) {
      throw Failures.<RuntimeException>sneak(e);
    }
  }

  private static Map<String, @Nullable Object> map(@Nullable Object... pairs) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(String.valueOf(pairs[i]), Values.lenient(pairs[i + 1]));
    }
    return map;
  }

  @Override
  public void close() {
    client.close();
    threads.shutdownNow();
  }
}
