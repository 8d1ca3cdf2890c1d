package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.internal.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The program that judges the SDKs, started once for all tests unless one is running already. It
/// ends with this virtual machine, since its standard input does.
final class Harness {
  private static final Harness SHARED = new Harness(address());

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  private Harness(String url) {
    this.url = url;
  }

  static Harness shared() {
    return SHARED;
  }

  /// The repository's root: the folder above that has `spec/conformance`.
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("spec/conformance"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no spec/conformance above here");
    }
    return folder;
  }

  private static String address() {
    String running = System.getenv("ONCEONLY_CONFORMANCE_URL");
    return running == null || running.isBlank() ? start() : running;
  }

  private static String start() {
    ProcessBuilder builder =
        new ProcessBuilder("python3", "spec/conformance/harness.py")
            .directory(root().toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "The conformance tests need python3 (3.9 or newer) on PATH: " + e.getMessage(), e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
    try {
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line = Objects.requireNonNull(out.readLine(), "the harness said nothing");
      return Objects.requireNonNull(Fields.of(Json.read(line)).text("url"), line);
    } catch (IOException e) {
      throw new IllegalStateException("The harness could not be read", e);
    }
  }

  private static void end(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroy();
    }
  }

  Fields get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url + path)).build());
  }

  Fields post(String path, Map<String, @Nullable Object> body) {
    return send(
        HttpRequest.newBuilder(URI.create(url + path))
            .POST(BodyPublishers.ofString(Json.write(body)))
            .header("Content-Type", "application/json")
            .build());
  }

  private Fields send(HttpRequest request) {
    try {
      Fields answer = Fields.of(Json.read(http.send(request, BodyHandlers.ofString()).body()));
      if (answer.has("error")) {
        throw new IllegalStateException("The harness says: " + answer.raw().get("error"));
      }
      return answer;
    } catch (IOException e) {
      throw new IllegalStateException("The harness can't be reached", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /// The texts under `problems`.
  static List<String> problems(Fields answer) {
    return Objects.requireNonNullElse(answer.texts("problems"), List.of());
  }
}
