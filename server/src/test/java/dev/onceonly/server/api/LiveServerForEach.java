package dev.onceonly.server.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A [LiveServer] for each single test.
final class LiveServerForEach implements BeforeEachCallback, AfterEachCallback {
  private @Nullable LiveServer server;

  @Override
  public void beforeEach(ExtensionContext context) {
    UtcBorder.passHour();
    server = LiveServer.withDefaults().start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    server().close();
  }

  LiveServer server() {
    return Objects.requireNonNull(server, "the server has not been started");
  }
}
