package dev.onceonly.server.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `onceonly serve`.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the server until it is told to stop (SIGTERM, Ctrl-C).",
      "On an empty data folder without ONCEONLY_API_KEY it makes an API key: shown once on a terminal,",
      "else written to the file first-api-key in the data folder."
    })
final class ServeCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions settings = new SettingsOptions();

  @Option(names = "--host", description = "Address to listen on (default: 127.0.0.1).")
  private @Nullable String host;

  @Option(names = "--port", description = "Port to listen on; 0 takes a free one (default: 8080).")
  private @Nullable String port;

  @Option(
      names = "--dev",
      description = "Allow what only development needs (tools over plain http, on loopback).")
  private boolean dev;

  @Option(
      names = "--accept-clock",
      description = "Start although the last change in the data folder lies in the future.")
  private boolean acceptClock;

  @Override
  public Integer call() throws InterruptedException {
    Map<String, String> options = new LinkedHashMap<>();
    if (host != null) {
      options.put("host", host);
    }
    if (port != null) {
      options.put("port", port);
    }
    if (dev) {
      options.put("dev", "true");
    }
    if (acceptClock) {
      options.put("accept_clock", "true");
    }
    return new Serving(() -> settings.given(options)).run();
  }
}
