package dev.onceonly.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// Every call locks a key that was never seen before.
final class NewKeys implements Workload {
  private final RandomKeys keys;

  NewKeys(SplittableRandom random) {
    keys = new RandomKeys(random);
  }

  @Override
  public Script script(Endpoint endpoint) {
    RequestTemplate request = CheckLock.template(endpoint);
    return new Script() {
      @Override
      public ByteBuffer next() {
        keys.write(request.bytes(), request.slot(0));
        return request.ready();
      }

      @Override
      public boolean accepts(Response response) {
        return StatusWord.LOCKED.isIn(response);
      }
    };
  }
}
