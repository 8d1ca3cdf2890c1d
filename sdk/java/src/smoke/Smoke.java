import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.annotation.Idempotent;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/// What somebody who has just added the jar might try first.
public final class Smoke {
  private Smoke() {}

  interface Payments {
    String charge(String invoiceId);
  }

  static final class RealPayments implements Payments {
    @Override
    @Idempotent(key = "payment:{0}", ttl = "1h")
    public String charge(String invoiceId) {
      return "paid " + invoiceId;
    }
  }

  record Mail(boolean sent) {}

  public static void main(String[] arguments) {
    String id = UUID.randomUUID().toString();
    try (OnceOnly client =
        OnceOnly.builder()
            .apiKey(System.getenv("ONCEONLY_API_KEY"))
            .baseUrl(System.getenv("ONCEONLY_URL"))
            .failOpen(false)
            .build()) {
      Duration ttl = Duration.ofMinutes(1);
      check(client.checkLock("lock:" + id, o -> o.ttl(ttl)).locked());
      check(client.async().checkLock("lock:" + id, o -> o.ttl(ttl)).join().duplicate());
      AiResult mail = client.ai().runFn("mail:" + id, () -> new Mail(true));
      check(mail.result(Mail.class).sent());
      check(client.ai().runFn("mail:" + id, () -> new Mail(false)).result().equals(Map.of("sent", true)));
      Payments payments = client.protect(Payments.class, new RealPayments());
      check(("paid " + id).equals(payments.charge(id)));
      check(payments.charge(id) == null);
      check(client.me().plan() != null);
    }
    System.out.println("Java " + Runtime.version().feature() + ": ok");
  }

  private static void check(boolean fact) {
    if (!fact) {
      throw new AssertionError("not as expected");
    }
  }
}
