import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plays Java snippets: compiles them for Java 17 against the built SDK, and runs them in this process. Its job is a JSON
 * file; it says how each block went in one JSON line on standard output.
 */
public final class PlayJava {
  private static final JsonMapper JSON = new JsonMapper();

  private final PrintStream report =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private final HttpClient http = HttpClient.newHttpClient();
  private final String settle;
  private final Path folder;
  private ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private PlayJava(String settle, Path folder) {
    this.settle = settle;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    JsonNode job = JSON.readTree(Files.readString(Path.of(arguments[0])));
    System.setProperty(ServerSeam.URL, job.get("url").asString());
    PlayJava player = new PlayJava(job.get("settle").asString(), Path.of("java").toAbsolutePath());
    for (JsonNode scene : job.get("scenes")) {
      player.play(scene);
    }
    // Clients belong to the snippets, and their threads need not have ended.
    System.exit(0);
  }

  private void play(JsonNode told) throws Exception {
    int number = told.get("number").asInt();
    List<Scene.Block> blocks =
        told.get("blocks").valueStream()
            .map(b -> new Scene.Block(b.get("document").asString(), b.get("line").asInt(), b.get("text").asString()))
            .toList();
    Scene scene = new Scene("scene" + number, blocks);
    Map<Integer, String> errors = scene.compile(folder.resolve("scene" + number));
    System.setProperty(ServerSeam.KEY, told.get("key").asString());
    Stage stage = new Stage(this, number, told.get("key").asString());
    if (!errors.isEmpty()) {
      // What does not compile is not run; the blocks beside the wrong one are not to blame.
      for (int block = 0; block < blocks.size(); block++) {
        say(number, block, errors.getOrDefault(block, "another block of this heading does not compile"));
      }
      return;
    }
    ClassLoader loader = new ServerSeam(folder.resolve("scene" + number));
    Thread.currentThread().setContextClassLoader(loader);
    try {
      loader.loadClass(scene.mainClass()).getMethod("play", IntConsumer.class).invoke(null, stage);
    } catch (InvocationTargetException e) {
      say(number, stage.block(), stackTrace(e.getCause()));
    }
  }

  /** All tools of the namespace lead to the local backend again. */
  void settle(String key) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(settle + "?" + key)).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.body());
    }
  }

  void begins(int scene, int block) {
    report.println(JSON.writeValueAsString(Map.of("scene", scene, "block", block, "begins", true)));
    printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  void say(int scene, int block, String why) {
    Map<String, Object> said = new HashMap<>();
    said.put("scene", scene);
    said.put("block", block);
    said.put("why", why);
    said.put("printed", printed.toString(StandardCharsets.UTF_8));
    report.println(JSON.writeValueAsString(said));
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
