package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Each connection leads one lease after another through its life: acquire, extend, complete with a
/// result of 1 KB, read the result. An answer that is wrong ends that life; the next begins.
final class LeaseLives implements Workload {
  private static final int RESULT_BYTES = 1024;
  private static final byte[] LEASE_ID = "\"lease_id\":\"".getBytes(US_ASCII);
  private static final byte[] TEXT = "\"result\":{\"text\":\"".getBytes(US_ASCII);

  private final RandomKeys keys;
  private long lives;

  LeaseLives(SplittableRandom random) {
    keys = new RandomKeys(random);
  }

  @Override
  public Script script(Endpoint endpoint) {
    return new Life(endpoint);
  }

  @Override
  public long lives() {
    return lives;
  }

  private enum Phase {
    ACQUIRE,
    EXTEND,
    COMPLETE,
    RESULT
  }

  private final class Life implements Script {
    private final Endpoint endpoint;
    private final byte[] key = new byte[RandomKeys.LENGTH];
    private final byte[] text = new byte[RESULT_BYTES];
    private final RequestTemplate acquire;
    private final RequestTemplate result;
    private RequestTemplate extend;
    private RequestTemplate complete;
    private byte[] leaseId = new byte[1];
    private Phase phase = Phase.ACQUIRE;

    private Life(Endpoint endpoint) {
      this.endpoint = endpoint;
      keys.fill(text, 0, text.length);
      String slot = RequestTemplate.keySlot();
      acquire =
          RequestTemplate.post(endpoint, "/v1/ai/lease", "{\"key\":\"" + slot + "\",\"ttl\":3600}");
      result = RequestTemplate.get(endpoint, "/v1/ai/result?key=" + slot);
      extend = extendTemplate();
      complete = completeTemplate();
    }

    private RequestTemplate extendTemplate() {
      return RequestTemplate.post(endpoint, "/v1/ai/extend", held() + ",\"ttl\":3600}");
    }

    private RequestTemplate completeTemplate() {
      String payload = new String(text, US_ASCII);
      return RequestTemplate.post(
          endpoint, "/v1/ai/complete", held() + ",\"result\":{\"text\":\"" + payload + "\"}}");
    }

    private String held() {
      return "{\"key\":\"%s\",\"lease_id\":\"%s\""
          .formatted(RequestTemplate.keySlot(), RequestTemplate.SLOT.repeat(leaseId.length));
    }

    @Override
    public ByteBuffer next() {
      return switch (phase) {
        case ACQUIRE -> {
          keys.write(key, 0);
          yield withKey(acquire);
        }
        case EXTEND -> withLease(extend);
        case COMPLETE -> withLease(complete);
        case RESULT -> withKey(result);
      };
    }

    private ByteBuffer withKey(RequestTemplate request) {
      request.fill(0, key);
      return request.ready();
    }

    private ByteBuffer withLease(RequestTemplate request) {
      request.fill(1, leaseId);
      return withKey(request);
    }

    @Override
    public boolean accepts(Response response) {
      boolean right =
          switch (phase) {
            case ACQUIRE -> StatusWord.ACQUIRED.isIn(response) && takeLeaseId(response);
            case EXTEND -> StatusWord.EXTENDED.isIn(response);
            case COMPLETE -> StatusWord.COMPLETED.isIn(response);
            case RESULT -> StatusWord.COMPLETED.isIn(response) && hasText(response);
          };
      if (right && phase == Phase.RESULT) {
        lives++;
      }
      phase = right ? following() : Phase.ACQUIRE;
      return right;
    }

    private Phase following() {
      return switch (phase) {
        case ACQUIRE -> Phase.EXTEND;
        case EXTEND -> Phase.COMPLETE;
        case COMPLETE -> Phase.RESULT;
        case RESULT -> Phase.ACQUIRE;
      };
    }

    @Override
    public void lost() {
      phase = Phase.ACQUIRE;
    }

    private boolean takeLeaseId(Response response) {
      int start = response.after(LEASE_ID, response.bodyStart());
      if (start < 0) {
        return false;
      }
      byte[] bytes = response.bytes();
      int end = start;
      while (end < response.bodyEnd() && bytes[end] != '"') {
        end++;
      }
      if (end == start) {
        return false;
      }
      if (end - start != leaseId.length) {
        // Once per connection: ids of one server are equally long.
        leaseId = new byte[end - start];
        extend = extendTemplate();
        complete = completeTemplate();
      }
      System.arraycopy(bytes, start, leaseId, 0, leaseId.length);
      return true;
    }

    private boolean hasText(Response response) {
      int start = response.after(TEXT, response.bodyStart());
      int end = start + text.length;
      return start >= 0
          && end <= response.bodyEnd()
          && Arrays.equals(response.bytes(), start, end, text, 0, text.length);
    }
  }
}
