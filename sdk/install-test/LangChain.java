import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.langchain4j.OnceOnlyTools;

/// The wrapper for LangChain4j alone.
public final class LangChain {
  public static void main(String[] arguments) {
    try (OnceOnly client =
        OnceOnly.builder()
            .apiKey(System.getenv("ONCEONLY_API_KEY"))
            .baseUrl(System.getenv("ONCEONLY_URL"))
            .failOpen(false)
            .build()) {
      ToolExecutor once = OnceOnlyTools.of(client).idempotent((ToolExecutor) (call, memory) -> "sent");
      ToolExecutionRequest call =
          ToolExecutionRequest.builder().id("1").name("ping").arguments("{\"n\":" + System.nanoTime() + "}").build();
      System.out.println(once.execute(call, "memory") + ", " + once.execute(call, "memory"));
    }
  }
}
