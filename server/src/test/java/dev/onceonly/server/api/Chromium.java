package dev.onceonly.server.api;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchPersistentContextOptions;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// A real browser without a window: the system's Chromium with an empty profile. It keeps account
/// of what a harmless page does not do.
final class Chromium implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Path profile;
  private final Playwright playwright;
  private final BrowserContext context;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<String> dialogs = new CopyOnWriteArrayList<>();

  private Chromium(Path profile, Playwright playwright, BrowserContext context) {
    this.profile = profile;
    this.playwright = playwright;
    this.context = context;
    context.onRequest((Request request) -> requests.add(request.url()));
    context.onConsoleMessage(this::onConsole);
    context.onWebError(error -> errors.add(error.error()));
    context.onDialog((Dialog dialog) -> {
      dialogs.add(dialog.message());
      dialog.dismiss();
    });
  }

  /// Where the browser is, if it is installed.
  static Optional<Path> installed() {
    return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Chromium start(Path executable) {
    try {
      Path profile = Files.createTempDirectory("onceonly-chromium");
      Playwright playwright =
          Playwright.create(
              new Playwright.CreateOptions()
                  .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
      BrowserContext context =
          playwright
              .chromium()
              .launchPersistentContext(
                  profile,
                  new LaunchPersistentContextOptions()
                      .setExecutablePath(executable)
                      .setHeadless(true)
                      .setArgs(FLAGS)
                      .setViewportSize(1_200, 900));
      return new Chromium(profile, playwright, context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Page page() {
    return context.pages().getFirst();
  }

  BrowserContext context() {
    return context;
  }

  /// Every address that a page asked for.
  List<String> requests() {
    return requests;
  }

  /// Errors and warnings in the console.
  List<String> errors() {
    return errors;
  }

  /// What an `alert` would have said.
  List<String> dialogs() {
    return dialogs;
  }

  private void onConsole(ConsoleMessage message) {
    if (message.type().equals("error") || message.type().equals("warning")) {
      errors.add(message.text());
    }
  }

  @Override
  public void close() {
    context.close();
    playwright.close();
    try (Stream<Path> paths = Files.walk(profile)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
