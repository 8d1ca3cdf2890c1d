import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A payment that happens once, with the JDK alone (17 or newer): {@code java PaymentOnce.java},
 * with ONCEONLY_URL and ONCEONLY_API_KEY in the environment.
 */
public final class PaymentOnce {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI checkLock;
  private final String apiKey;

  /** What the payment provider has been told. */
  private final List<String> charges = new ArrayList<>();

  private PaymentOnce(String url, String apiKey) {
    this.checkLock = URI.create(url).resolve("/v1/check-lock");
    this.apiKey = apiKey;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    String url = System.getenv("ONCEONLY_URL");
    String apiKey = System.getenv("ONCEONLY_API_KEY");
    if (url == null || apiKey == null) {
      System.err.println("Set ONCEONLY_URL and ONCEONLY_API_KEY first, see examples/README.md.");
      System.exit(1);
    }
    PaymentOnce shop = new PaymentOnce(url, apiKey);
    shop.twoClicks();
    shop.lostReply();
  }

  private void twoClicks() throws IOException, InterruptedException {
    System.out.println("Two clicks on the pay button");
    String order = "order_" + UUID.randomUUID();
    Answer first = pay(order, newAttempt());
    claim("the first click goes ahead", first.status().equals("locked"));
    Answer second = pay(order, newAttempt());
    claim("the second is a duplicate", second.status().equals("duplicate"));
    String since = second.firstSeenAt();
    claim("and learns when the first came: " + since, since.endsWith("Z"));
    claim("the card was charged once", Collections.frequency(charges, order) == 1);
  }

  private void lostReply() throws IOException, InterruptedException {
    System.out.println("A reply that got lost");
    String order = "order_" + UUID.randomUUID();
    String attempt = newAttempt();
    ask(order, attempt); // The network breaks before the reply is here: nobody knows what it was.
    System.out.println("     Was the order ours? The same attempt asks again.");
    Answer again = pay(order, attempt);
    claim("the same attempt is told locked again", again.status().equals("locked"));
    claim("marked as a replay", again.replayed());
    Answer stranger = pay(order, newAttempt());
    claim("another attempt is a duplicate all the same", stranger.status().equals("duplicate"));
    claim("the card was charged once", Collections.frequency(charges, order) == 1);
  }

  /** One id for each logical call: random, in memory only, the same when that call is repeated. */
  private static String newAttempt() {
    return UUID.randomUUID().toString();
  }

  /** Charges the order if nobody has. */
  private Answer pay(String order, String attemptId) throws IOException, InterruptedException {
    Answer answer = ask(order, attemptId);
    if (answer.status().equals("locked")) {
      charges.add(order);
    }
    return answer;
  }

  /** Asks who goes ahead. 200 is the only answer that decides anything; all else is thrown. */
  private Answer ask(String key, String attemptId) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(checkLock)
            .timeout(Duration.ofSeconds(15))
            .header("Authorization", "Bearer " + apiKey)
            .header("Content-Type", "application/json")
            .header("X-OnceOnly-Attempt-Id", attemptId)
            .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"" + key + "\",\"ttl\":3600}"))
            .build();
    HttpResponse<String> reply = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (reply.statusCode() != 200) {
      throw new IOException("HTTP " + reply.statusCode() + ": " + reply.body());
    }
    return Answer.of(reply.body());
  }

  private static void claim(String what, boolean kept) {
    System.out.println("  " + (kept ? "ok " : "BROKEN ") + what);
    if (!kept) {
      System.exit(1);
    }
  }

  /** What matters here of an answer. A real program reads it with its JSON library. */
  private record Answer(String status, String firstSeenAt, boolean replayed) {
    static Answer of(String json) {
      boolean replayed = Pattern.compile("\"replayed\"\\s*:\\s*true").matcher(json).find();
      return new Answer(text(json, "status"), text(json, "first_seen_at"), replayed);
    }

    /** A field without escapes, or nothing. */
    private static String text(String json, String field) {
      Matcher found = Pattern.compile("\"" + field + "\"\\s*:\\s*\"([^\"\\\\]*)\"").matcher(json);
      return found.find() ? found.group(1) : "";
    }
  }
}
