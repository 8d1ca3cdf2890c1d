package dev.onceonly.server;

import dev.onceonly.core.service.Notice;
import dev.onceonly.dispatch.TinkSealer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks again and again whether the tools' secrets can be opened, and still could after the next
/// start: a key file can be lost while the server has its keys. While all is well a look reads no
/// file. The server is ready all the same: locks and leases need no secret. Thread-safe.
final class SecretsKeyWatch implements Notice.Source, AutoCloseable {
  private static final Logger LOG = System.getLogger(SecretsKeyWatch.class.getName());
  private static final long LOOK_EVERY_MS = 2_000;

  private final TinkSealer sealer;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Notice notice;

  private SecretsKeyWatch(TinkSealer sealer) {
    this.sealer = sealer;
  }

  /// Begins to look, beside the start: there may be many tools.
  static SecretsKeyWatch start(TinkSealer sealer) {
    SecretsKeyWatch watch = new SecretsKeyWatch(sealer);
    Thread.ofVirtual().name("secrets-key").start(watch::watch);
    return watch;
  }

  @Override
  public @Nullable Notice now() {
    return notice;
  }

  private void watch() {
    try {
      do {
        look();
      } while (!closed.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    TinkSealer.KeyState state;
    try {
      state = sealer.state();
    } catch (RuntimeException e) {
      // The store could not be read just now, or is closing.
      LOG.log(Level.DEBUG, "the tools' secrets could not be looked at", e);
      return;
    }
    String lost = sealer.lost(state);
    if (lost == null) {
      if (notice != null) {
        LOG.log(Level.INFO, "the tools' secrets have their key file again");
      }
      notice = null;
      return;
    }
    if (notice == null) {
      LOG.log(Level.WARNING, "{0}: {1}", lost, until(state));
    }
    notice =
        new Notice(
            "secrets_key_missing",
            "the key file of the tools' secrets is missing or is another one; put it back, see the log");
  }

  private static String until(TinkSealer.KeyState state) {
    return switch (state) {
      case GONE ->
          "put it back, or let 'onceonly rekey' write another before the server stops; until then no"
              + " tool can be registered, and after a stop the tools can't be called";
      case REPLACED ->
          "put the right one back, or move it away and let 'onceonly rekey' write another before the"
              + " server stops; until then no tool can be registered, and after a stop the tools"
              + " can't be called";
      default -> "their tools can't be called and none can be registered until it is put back";
    };
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
