import dev.onceonly.sdk.OnceOnly;

/// The SDK alone.
public final class Plain {
  public static void main(String[] arguments) {
    try (OnceOnly client =
        OnceOnly.builder()
            .apiKey(System.getenv("ONCEONLY_API_KEY"))
            .baseUrl(System.getenv("ONCEONLY_URL"))
            .failOpen(false)
            .build()) {
      String key = "plain:" + System.nanoTime();
      boolean first = client.checkLock(key).shouldProceed();
      boolean second = client.checkLock(key).shouldProceed();
      System.out.println("first " + first + ", second " + second);
    }
  }
}
