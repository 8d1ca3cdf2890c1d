import dev.onceonly.sdk.transport.Transport;
import dev.onceonly.sdk.transport.TransportAnswer;
import dev.onceonly.sdk.transport.TransportRequest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A network that breaks once the server has done what it was asked for. */
final class LosesOneReply implements Transport {
  private final HttpClient http = HttpClient.newHttpClient();
  final AtomicInteger toLose = new AtomicInteger();

  @Override
  public CompletableFuture<TransportAnswer> send(TransportRequest request) {
    HttpRequest.BodyPublisher body =
        request.body() == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(request.body());
    HttpRequest.Builder sent = HttpRequest.newBuilder(request.uri()).method(request.method(), body);
    request.headers().forEach(sent::header);
    return http.sendAsync(sent.build(), HttpResponse.BodyHandlers.ofString())
        .thenCompose(
            reply ->
                toLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0
                    ? CompletableFuture.failedFuture(new IOException("the connection broke"))
                    : CompletableFuture.completedFuture(answer(reply)));
  }

  private static TransportAnswer answer(HttpResponse<String> reply) {
    Map<String, String> headers = new HashMap<>();
    reply.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
    return new TransportAnswer(reply.statusCode(), headers, reply.body());
  }
}
