package dev.onceonly.server.command;

import dev.onceonly.server.RunningServer;
import dev.onceonly.server.config.Settings;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/// `onceonly train`: the work that the build watches to make the AOT cache. A server on a temporary
/// folder answers some thousand requests of every kind and stops.
@Command(name = "train", hidden = true, description = "Used by the build to make the AOT cache.")
final class TrainCommand implements Callable<Integer> {
  private static final int ROUNDS = 400;
  private static final String API_KEY = "once_live_training_key_0000000000";
  private static final String SECRET =
      "\"auth\":{\"type\":\"hmac_sha256\",\"secret\":\"training-secret\"}}";

  @Override
  public Integer call() throws IOException {
    Path data = Files.createTempDirectory("onceonly-train");
    Settings settings =
        Settings.of(Map.of("data", data.toString(), "port", "0", "api_key", API_KEY));
    try (RunningServer server = RunningServer.start(settings);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      for (int round = 0; round < ROUNDS; round++) {
        for (String request : requests(round)) {
          socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
          skipAnswer(new DataInputStream(socket.getInputStream()));
        }
      }
    }
    try (Stream<Path> paths = Files.walk(data)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
    return 0;
  }

  private static List<String> requests(int round) {
    String key = "\"key\":\"train-" + round + "\"";
    String metadata = ",\"ttl\":600,\"metadata\":{\"a\":1.5,\"b\":[true,null,\"x\"]}";
    return List.of(
        post("/v1/check-lock", "{" + key + metadata + "}"),
        post("/v1/check-lock", "{" + key + "}"),
        post("/v1/check-lock", "{\"key\":\"\",\"ttl\":-1}"),
        post("/v1/ai/lease", "{" + key + metadata + "}"),
        post("/v1/ai/lease", "{" + key + "}"),
        post("/v1/ai/complete", "{" + key + ",\"lease_id\":\"lease_x\",\"result\":{\"n\":1}}"),
        get("/v1/ai/status?key=train-" + round),
        get("/v1/ai/result?key=train-" + round),
        post("/v1/tools", "{\"name\":\"train\",\"url\":\"https://tools.example.org/\"," + SECRET),
        get("/v1/usage/all"),
        get("/v1/me"),
        get("/v1/events?limit=5"),
        post("/v1/events", "{\"run_id\":\"train\",\"type\":\"note\",\"data\":{\"n\":1}}"),
        get("/v1/runs?limit=5"),
        get("/v1/runs/train?limit=5"),
        get("/healthz"),
        get("/metrics"),
        get("/v1/nothing"));
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + API_KEY
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String get(String path) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + API_KEY
        + "\r\n\r\n";
  }

  /// Reads one answer with a known length.
  private static void skipAnswer(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    int length = 0;
    for (String line : head.toString().split("\r\n", -1)) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(line.substring("content-length:".length()).strip());
      }
    }
    in.skipNBytes(length);
  }
}
