import dev.onceonly.sdk.AiToolResult;
import dev.onceonly.sdk.OnceOnly;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A mail that is sent once, whatever breaks: the way to OnceOnly, the program itself, or the way to the mail service. */
public final class ExactlyOnceMail {
  /** What the mail service has sent. */
  private final List<String> outbox = Collections.synchronizedList(new ArrayList<>());

  /** Its answers, by idempotency key: the one thing that it has to remember. */
  private final Map<String, Map<String, ?>> sent = new ConcurrentHashMap<>();

  private final AtomicInteger answersToLose = new AtomicInteger();
  private final String agent = Story.unique("welcome_bot");
  private final String tool = Story.unique("send_email");

  public static void main(String[] arguments) throws IOException {
    new ExactlyOnceMail().tell();
    System.exit(0);
  }

  private Map<String, ?> mailService(Map<?, ?> args, String idempotencyKey) {
    Map<String, ?> answer =
        sent.computeIfAbsent(
            idempotencyKey,
            key -> {
              outbox.add((String) args.get("to"));
              return Map.of("message_id", "m_" + outbox.size());
            });
    return answersToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0 ? null : answer;
  }

  private AiToolResult sendWelcome(OnceOnly onceOnly, String user) {
    return onceOnly
        .ai()
        .runTool(
            agent,
            tool,
            o ->
                o.args(Map.of("to", user + "@example.com", "subject", "Welcome!"))
                    // Names the effect: one welcome for each user.
                    .idempotencyKey("welcome:" + user));
  }

  private void tell() throws IOException {
    LosesOneReply network = new LosesOneReply();
    OnceOnly onceOnly =
        Story.client().transport(network).maxRetries(3).retryBackoff(Duration.ofMillis(100)).build();
    onceOnly
        .gov()
        .createTool(
            Map.of(
                "name", tool,
                "url", Story.serveTool(this::mailService),
                "auth", Map.of("type", "hmac_sha256", "secret", "demo-secret-of-the-mailer")));

    Story.title("The reply gets lost on its way to the program");
    String ann = Story.unique("ann");
    network.toLose.set(1);
    AiToolResult first = sendWelcome(onceOnly, ann);
    boolean has = first.decision().equals("executed") && network.toLose.get() == 0;
    Story.claim("the client asks again by itself, and has the reply", has);
    Story.claim("it is marked as a replay", first.replayed());
    Story.claim("the mail was sent once", outbox.size() == 1);

    Story.title("The program crashes before it has noted that the mail is sent");
    try (OnceOnly startedAgain = Story.client().build()) {
      AiToolResult again = sendWelcome(startedAgain, ann);
      Story.claim("started again, it is told that there is nothing to do", again.decision().equals("dedup"));
      Story.claim("and has the first answer", again.result().equals(first.result()));
    }
    Story.claim("the mail was sent once", outbox.size() == 1);

    Story.title("The mail service's answer gets lost on its way to OnceOnly");
    answersToLose.set(1);
    AiToolResult third = sendWelcome(onceOnly, Story.unique("bob"));
    boolean asked = third.decision().equals("executed") && answersToLose.get() == 0;
    Story.claim("OnceOnly asks again, with the same idempotency key", asked);
    Story.claim("the mail was sent once", outbox.size() == 2);
    onceOnly.close();
  }
}
