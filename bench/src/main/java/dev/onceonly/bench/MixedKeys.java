package dev.onceonly.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// Half of the calls repeat one of the keys locked last, half bring a fresh one. Only keys whose
/// lock has been acknowledged are repeated, so that each answer is known beforehand.
final class MixedKeys implements Workload {
  private static final int RECENT_MAX = 4096;

  private final SplittableRandom random;
  private final RandomKeys keys;
  private final byte[] recent = new byte[RECENT_MAX * RandomKeys.LENGTH];
  private long locked;

  MixedKeys(SplittableRandom random) {
    this.random = random;
    keys = new RandomKeys(random.split());
  }

  @Override
  public Script script(Endpoint endpoint) {
    return new Mixed(CheckLock.template(endpoint));
  }

  private final class Mixed implements Script {
    private final RequestTemplate request;
    private boolean repeating;

    private Mixed(RequestTemplate request) {
      this.request = request;
    }

    @Override
    public ByteBuffer next() {
      repeating = locked > 0 && random.nextBoolean();
      if (repeating) {
        int which = random.nextInt((int) Math.min(locked, RECENT_MAX));
        System.arraycopy(recent, offset(which), request.bytes(), request.slot(0), keyLength());
      } else {
        keys.write(request.bytes(), request.slot(0));
      }
      return request.ready();
    }

    @Override
    public boolean accepts(Response response) {
      if (repeating) {
        return StatusWord.DUPLICATE.isIn(response);
      }
      boolean right = StatusWord.LOCKED.isIn(response);
      if (right) {
        int which = (int) (locked++ % RECENT_MAX);
        System.arraycopy(request.bytes(), request.slot(0), recent, offset(which), keyLength());
      }
      return right;
    }
  }

  private static int offset(int which) {
    return which * RandomKeys.LENGTH;
  }

  private static int keyLength() {
    return RandomKeys.LENGTH;
  }
}
