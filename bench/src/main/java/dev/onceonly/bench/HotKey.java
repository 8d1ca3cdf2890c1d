package dev.onceonly.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Every call asks for the same key: exactly one is answered `locked`, all others `duplicate`.
final class HotKey implements Workload {
  private final byte[] key = new byte[RandomKeys.LENGTH];
  private long winners;

  HotKey(SplittableRandom random) {
    new RandomKeys(random).write(key, 0);
  }

  @Override
  public Script script(Endpoint endpoint) {
    RequestTemplate request = CheckLock.template(endpoint);
    request.fill(0, key);
    return new Script() {
      @Override
      public ByteBuffer next() {
        return request.ready();
      }

      @Override
      public boolean accepts(Response response) {
        if (StatusWord.DUPLICATE.isIn(response)) {
          return true;
        }
        return StatusWord.LOCKED.isIn(response) && ++winners == 1;
      }
    };
  }

  @Override
  public @Nullable String verdict() {
    return winners == 1 ? null : winners + " callers were told that they locked the hot key";
  }
}
