package dev.onceonly.server;

import dev.onceonly.core.service.Notice;
import dev.onceonly.dispatch.TinkSealer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks at start whether the tools' secrets can be opened, and while they can't, whether the lost
/// key file is back. The server is ready all the same: locks and leases need no secret.
/// Thread-safe.
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
      while (!look() && !closed.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
        // Until the key is there.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether all is well.
  private boolean look() {
    String lost;
    try {
      lost = sealer.lost();
    } catch (RuntimeException e) {
      // The store could not be read just now, or is closing.
      LOG.log(Level.DEBUG, "the tools' secrets could not be looked at", e);
      return false;
    }
    if (lost == null) {
      if (notice != null) {
        LOG.log(Level.INFO, "the tools' secrets can be opened again");
      }
      notice = null;
      return true;
    }
    if (notice == null) {
      LOG.log(
          Level.WARNING,
          "{0}: their tools can''t be called and none can be registered until it is put back",
          lost);
    }
    notice =
        new Notice(
            "secrets_key_missing",
            "the key file of the tools' secrets is missing or is another one; put it back, see the log");
    return false;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
