package dev.onceonly.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.SplittableRandom;

/// Fills a server with live keys before it is measured, in batches of 1,000 fresh ones.
final class LiveKeys implements Workload {
  static final int BATCH = 1000;

  private static final int CONNECTIONS = 4;
  private static final long SILENCE_MAX_NS = 60_000_000_000L;

  private final RandomKeys keys;

  LiveKeys(SplittableRandom random) {
    keys = new RandomKeys(random);
  }

  /// Locks at least `count` fresh keys (rounded up to whole batches).
  ///
  /// @throws IOException if one batch is not answered as it must be
  static void load(Endpoint endpoint, long count, SplittableRandom random) throws IOException {
    long batches = Math.ceilDiv(count, BATCH);
    if (batches == 0) {
      return;
    }
    Loading loading = new Loading(batches);
    Workload workload = new LiveKeys(random);
    try (EventLoop loop = EventLoop.open(endpoint, workload, CONNECTIONS, loading)) {
      loop.connections().forEach(connection -> loading.sendNext(connection, System.nanoTime()));
      while (loading.answered < batches) {
        loop.poll();
        loading.failIfSilent(System.nanoTime());
      }
    }
  }

  @Override
  public Script script(Endpoint endpoint) {
    String item =
        "{\"key\":\"%s\",\"ttl\":%d}".formatted(RequestTemplate.keySlot(), CheckLock.TTL_SECONDS);
    RequestTemplate request =
        RequestTemplate.post(
            endpoint,
            "/v1/check-lock/batch",
            "{\"items\":[" + String.join(",", Collections.nCopies(BATCH, item)) + "]}");
    return new Script() {
      @Override
      public ByteBuffer next() {
        for (int i = 0; i < BATCH; i++) {
          keys.write(request.bytes(), request.slot(i));
        }
        return request.ready();
      }

      @Override
      public boolean accepts(Response response) {
        return response.status() == 200 && StatusWord.LOCKED.countIn(response) == BATCH;
      }
    };
  }

  private static final class Loading implements EventLoop.Answers {
    private long unsent;
    private long answered;
    private long lastNs = System.nanoTime();

    private Loading(long batches) {
      unsent = batches;
    }

    private void sendNext(Connection connection, long nowNs) {
      if (unsent > 0) {
        unsent--;
        connection.send(nowNs);
      }
    }

    @Override
    public void answered(Connection connection, long nowNs) {
      if (!connection.fault().isEmpty()) {
        throw new IllegalStateException("loading live keys: " + connection.fault());
      }
      answered++;
      lastNs = nowNs;
      sendNext(connection, nowNs);
    }

    private void failIfSilent(long nowNs) throws IOException {
      if (nowNs - lastNs > SILENCE_MAX_NS) {
        throw new IOException("loading live keys: no batch was answered for 60 s");
      }
    }
  }
}
