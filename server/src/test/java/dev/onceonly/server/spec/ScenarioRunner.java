package dev.onceonly.server.spec;

import dev.onceonly.server.spec.SpecTarget.Persona;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// Sends scenarios to a server, step by step, and says what was not as documented. Not thread-safe.
final class ScenarioRunner implements AutoCloseable {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(70);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final String UNISSUED_KEY = "once_live_nobody_has_issued_this_one";
  private static final int RUN_LENGTH = 12;

  private final SpecDocument document;
  private final SpecTarget target;
  private final RequestCheck requestCheck;
  private final Expectation expectation;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  ScenarioRunner(SpecDocument document, SpecTarget target) {
    this.document = document;
    this.target = target;
    this.requestCheck = new RequestCheck(document);
    this.expectation = new Expectation(document);
  }

  /// Runs an operation's scenario to its end. Returns one sentence for each fault; none means that
  /// all was as documented.
  List<String> run(Operation operation) throws InterruptedException {
    return run(Optional.of(operation), operation.steps());
  }

  /// Runs the document's own scenario, which asks for what is not there.
  List<String> runFallback() throws InterruptedException {
    return run(
        Optional.empty(), document.root().path("x-onceonly-scenario").values().stream().toList());
  }

  @Override
  public void close() {
    http.close();
  }

  private List<String> run(Optional<Operation> home, List<JsonNode> steps)
      throws InterruptedException {
    if (steps.isEmpty()) {
      return List.of("there is no scenario");
    }
    String run = UUID.randomUUID().toString().replace("-", "").substring(0, RUN_LENGTH);
    Placeholders values = new Placeholders(run, target.toolUrl());
    List<String> faults = new ArrayList<>();
    for (JsonNode node : steps) {
      Step step = step(home, node);
      for (String fault : run(step, values)) {
        faults.add("[" + step.name() + "] " + step.method() + " " + step.path() + ": " + fault);
      }
    }
    return faults;
  }

  private Step step(Optional<Operation> home, JsonNode node) {
    Optional<String> call = node.path("call").asStringOpt();
    return new Step(call.isPresent() ? document.operation(call.orElseThrow()) : home, node);
  }

  private List<String> run(Step step, Placeholders values) throws InterruptedException {
    try {
      HttpRequest request = request(step, values);
      List<String> faults = new ArrayList<>(requestFaults(step, values));
      long deadline = System.nanoTime() + Duration.ofMillis(step.withinMs()).toNanos();
      Answer answer = send(request);
      List<String> answerFaults = expectation.faults(step, answer, values);
      while (!answerFaults.isEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(PAUSE);
        answer = send(request);
        answerFaults = expectation.faults(step, answer, values);
      }
      faults.addAll(answerFaults);
      faults.addAll(capture(step, answer, values));
      return faults;
    } catch (Placeholders.Unknown unknown) {
      return List.of("not run: " + unknown.getMessage());
    } catch (IOException broken) {
      return List.of("no answer: " + broken);
    }
  }

  private List<String> requestFaults(Step step, Placeholders values) {
    if (step.invalid() || step.operation().isEmpty()) {
      return List.of();
    }
    return requestCheck.faults(
        step.operation().get(),
        step.body().map(values::fill),
        Map.of(
            "path", values.fill(step.variables()),
            "query", values.fill(step.request().path("query")),
            "header", values.fill(step.request().path("headers"))));
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    var response = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  private HttpRequest request(Step step, Placeholders values) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri(step, values)).timeout(ANSWER_TIMEOUT);
    authorization(step.caller()).ifPresent(value -> builder.setHeader("Authorization", value));
    Optional<String> body = body(step, values);
    body.ifPresent(text -> builder.setHeader("Content-Type", "application/json"));
    for (Map.Entry<String, JsonNode> header : step.request().path("headers").properties()) {
      builder.setHeader(header.getKey(), values.fill(header.getValue()).asString());
    }
    return builder
        .method(step.method(), body.map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()))
        .build();
  }

  private URI uri(Step step, Placeholders values) {
    StringBuilder uri = new StringBuilder(target.baseUri().toString()).append(path(step, values));
    char separator = '?';
    for (Map.Entry<String, JsonNode> field : step.request().path("query").properties()) {
      uri.append(separator)
          .append(encoded(field.getKey()))
          .append('=')
          .append(encoded(values.fill(field.getValue()).asString()));
      separator = '&';
    }
    return URI.create(uri.toString());
  }

  /// The path with each `{variable}` as one percent-encoded segment.
  private static String path(Step step, Placeholders values) {
    String path = step.path();
    for (Map.Entry<String, JsonNode> field : values.fill(step.variables()).properties()) {
      path = path.replace("{" + field.getKey() + "}", encoded(field.getValue().asString()));
    }
    return path;
  }

  private Optional<String> authorization(String caller) {
    return switch (caller) {
      case "nobody" -> Optional.empty();
      case "stranger" -> Optional.of("Bearer " + UNISSUED_KEY);
      default -> {
        Persona persona = Persona.valueOf(caller.toUpperCase(Locale.ROOT));
        yield Optional.of("Bearer " + target.apiKey(persona));
      }
    };
  }

  private static Optional<String> body(Step step, Placeholders values) {
    JsonNode raw = step.request().path("raw");
    return raw.isString()
        ? Optional.of(values.fill(raw).asString())
        : step.body().map(body -> values.fill(body).toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static List<String> capture(Step step, Answer answer, Placeholders values) {
    List<String> faults = new ArrayList<>();
    for (Map.Entry<String, JsonNode> wanted : step.node().path("capture").properties()) {
      String pointer = wanted.getValue().asString();
      Optional<JsonNode> body = answer.json();
      if (body.isEmpty() || !values.capture(wanted.getKey(), pointer, body.get())) {
        faults.add("there is nothing at '" + pointer + "' to capture");
      }
    }
    return faults;
  }
}
