import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.springai.OnceOnlyToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;

/// The wrapper for Spring AI alone.
public final class SpringAi {
  record Ping(long n) {}

  public static void main(String[] arguments) {
    try (OnceOnly client =
        OnceOnly.builder()
            .apiKey(System.getenv("ONCEONLY_API_KEY"))
            .baseUrl(System.getenv("ONCEONLY_URL"))
            .failOpen(false)
            .build()) {
      ToolCallback once =
          OnceOnlyToolCallbacks.of(client)
              .idempotent(
                  FunctionToolCallback.builder("ping", (Ping ping) -> "sent")
                      .description("Pings")
                      .inputType(Ping.class)
                      .build());
      String call = "{\"n\":" + System.nanoTime() + "}";
      System.out.println(once.call(call) + ", " + once.call(call));
    }
  }
}
