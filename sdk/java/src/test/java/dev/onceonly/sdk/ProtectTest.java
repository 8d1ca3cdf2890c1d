package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.transport.TransportAnswer;
import dev.onceonly.sdk.transport.TransportRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Annotated methods behind a JDK proxy.
final class ProtectTest {
  record Order(String id, int amount) {}

  interface Shop {
    @Nullable String pay(String invoiceId);

    int count(Order order);

    void send(String to);

    Optional<String> find(String id);

    CompletableFuture<@Nullable String> later(String id);

    String refuse(String id) throws IOException;

    Order place(Order order);

    AiResult run(String id);

    CompletableFuture<Order> placeLater(Order order);

    String plain(String text);
  }

  static class RealShop implements Shop {
    final List<String> calls = new ArrayList<>();

    private <T> T called(String name, T value) {
      calls.add(name);
      return value;
    }

    @Override
    @Idempotent(key = "payment:{invoiceId}", ttl = "1h", onDuplicate = "alreadyPaid")
    public @Nullable String pay(String invoiceId) {
      return called("pay", "paid");
    }

    // The annotation above names it.
    @SuppressWarnings("UnusedMethod")
    private String alreadyPaid(String invoiceId) {
      return "already paid " + invoiceId;
    }

    @Override
    @Idempotent(keyPrefix = "count", key = "{order.id}")
    public int count(Order order) {
      return called("count", order.amount());
    }

    @Override
    @Idempotent(keyId = "send")
    public void send(String to) {
      calls.add("send");
    }

    @Override
    @Idempotent(key = "{0}")
    public Optional<String> find(String id) {
      return called("find", Optional.of(id));
    }

    @Override
    @Idempotent(key = "later:{0}")
    public CompletableFuture<@Nullable String> later(String id) {
      return called("later", CompletableFuture.<@Nullable String>completedFuture(id));
    }

    @Override
    @Idempotent(key = "refuse:{0}")
    public String refuse(String id) throws IOException {
      throw new IOException("no " + id);
    }

    @Override
    @IdempotentAi(key = "order:{order.id}", metadata = "amount={order.amount}")
    public Order place(Order order) {
      return called("place", order);
    }

    @Override
    @IdempotentAi(key = "run:{id}")
    public AiResult run(String id) {
      return called("run", AiResult.of(Map.of("id", id)));
    }

    @Override
    @IdempotentAi(key = "placeLater:{order.id}")
    public CompletableFuture<Order> placeLater(Order order) {
      return called("placeLater", CompletableFuture.completedFuture(order));
    }

    @Override
    public String plain(String text) {
      return text;
    }
  }

  /// As much of a server as two calls with one key need.
  private static final class Memory {
    private final Map<String, String> results = new ConcurrentHashMap<>();
    private final Map<String, Boolean> locks = new ConcurrentHashMap<>();

    CompletableFuture<TransportAnswer> answer(TransportRequest request) {
      return CompletableFuture.completedFuture(FakeServer.ok(json(request)));
    }

    private String json(TransportRequest request) {
      String path = request.uri().getPath();
      String body = String.valueOf(request.body());
      if (path.endsWith("/check-lock")) {
        boolean isFirst = locks.putIfAbsent(field(body, "key"), true) == null;
        return "{\"status\":\"" + (isFirst ? "locked" : "duplicate") + "\"}";
      }
      if (path.endsWith("/lease")) {
        return results.containsKey(field(body, "key"))
            ? "{\"status\":\"completed\"}"
            : "{\"status\":\"acquired\",\"lease_id\":\"l\",\"ttl\":60}";
      }
      if (path.endsWith("/complete")) {
        String result = body.substring(body.indexOf("\"result\":") + 9, body.length() - 1);
        results.put(field(body, "key"), result);
        return "{\"status\":\"completed\"}";
      }
      String key = request.uri().getQuery().replace("key=", "");
      return "{\"ok\":true,\"status\":\"completed\",\"result\":" + results.get(key) + "}";
    }

    private static String field(String body, String name) {
      return body.replaceAll(".*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }
  }

  private final RealShop target = new RealShop();
  private final FakeServer server = new FakeServer(new Memory()::answer);
  private final Shop shop = server.client().protect(Shop.class, target);

  @Test
  void aLockedMethodRunsOnceAndItsStandInAnswersLater() {
    assertThat(shop.pay("INV-1")).isEqualTo("paid");
    assertThat(shop.pay("INV-1")).isEqualTo("already paid INV-1");
    assertThat(shop.pay("INV-2")).isEqualTo("paid");
    assertThat(target.calls).containsExactly("pay", "pay");
    assertThat(server.requests.get(0).body()).contains("\"key\":\"payment:INV-1\"", "\"ttl\":3600");
  }

  @Test
  void everyReturnTypeHasItsNothing() {
    Order order = new Order("o1", 7);
    assertThat(List.of(shop.count(order), shop.count(order))).containsExactly(7, 0);
    shop.send("a");
    shop.send("a");
    assertThat(shop.find("f")).contains("f");
    assertThat(shop.find("f")).isEmpty();
    assertThat(shop.later("l").join()).isEqualTo("l");
    assertThat(shop.later("l").join()).isNull();
    assertThat(target.calls).containsExactly("count", "send", "find", "later");
    assertThat(server.requests.get(0).body()).contains("\"key\":\"count:o1\"");
    assertThat(server.requests.get(2).body()).contains("\"key\":\"func:");
  }

  @Test
  void theMethodsOwnErrorComesOutAsItIs() {
    assertThatThrownBy(() -> shop.refuse("x")).isInstanceOf(IOException.class).hasMessage("no x");
  }

  @Test
  void aLeasedMethodGivesItsStoredResultToLaterCalls() {
    Order order = new Order("o1", 7);
    assertThat(shop.place(order)).isSameAs(order);
    assertThat(shop.place(new Order("o1", 8))).isEqualTo(order);
    assertThat(shop.placeLater(order).join()).isSameAs(order);
    assertThat(shop.placeLater(new Order("o1", 8)).join()).isEqualTo(order);
    assertThat(target.calls).containsExactly("place", "placeLater");
    assertThat(server.requests.get(0).body()).contains("\"metadata\":{\"amount\":\"7\"}");
  }

  @Test
  void aMethodThatGivesAiResultGivesTheRealOne() {
    assertThat(shop.run("r").result()).isEqualTo(Map.of("id", "r"));
    assertThat(shop.run("r").raw()).containsEntry("status", "completed");
    assertThat(target.calls).containsExactly("run");
  }

  @Test
  void aRunWithoutAValueIsAnErrorWithItsCode() {
    FakeServer failing =
        FakeServer.answering("{\"ok\":true,\"status\":\"failed\",\"error_code\":\"printer\"}");
    Shop other = failing.client().protect(Shop.class, target);
    assertThatThrownBy(() -> other.place(new Order("o", 1)))
        .isInstanceOfSatisfying(
            OnceOnlyException.class, e -> assertThat(e.code()).isEqualTo("printer"));
  }

  @Test
  void otherMethodsPassThrough() {
    assertThat(shop.plain("x")).isEqualTo("x");
    assertThat(shop).hasSameHashCodeAs(target).hasToString(target.toString());
    assertThat(shop.equals(shop)).isTrue();
    assertThat(Set.of(shop)).contains(shop);
    assertThat(shop).isEqualTo(server.client().protect(Shop.class, target));
    assertThat(shop).isNotEqualTo(server.client().protect(Shop.class, new RealShop()));
    assertThat(server.requests).isEmpty();
  }

  interface Mailer {
    @IdempotentAi(key = "mail:{to}")
    String send(String to);
  }

  @Test
  void annotationsOfTheInterfaceCountForALambda() {
    Mailer mailer = server.client().protect(Mailer.class, to -> "sent to " + to);
    assertThat(mailer.send("a")).isEqualTo("sent to a");
    assertThat(server.requests.get(0).body()).contains("\"key\":\"mail:a\"");
  }

  interface Wrong {
    void call(String id);
  }

  @Test
  void aWrongAnnotationIsRefusedBeforeTheFirstCall() {
    List<Wrong> wrong =
        List.of(
            new Wrong() {
              @Override
              @Idempotent(key = "{nobody}")
              public void call(String id) {}
            },
            new Wrong() {
              @Override
              @Idempotent(key = "{id")
              public void call(String id) {}
            },
            new Wrong() {
              @Override
              @Idempotent(keyId = "w", ttl = "soon")
              public void call(String id) {}
            },
            new Wrong() {
              @Override
              @Idempotent(keyId = "w", onDuplicate = "missing")
              public void call(String id) {}
            },
            new Wrong() {
              @Override
              @Idempotent(keyId = "w")
              @IdempotentAi(key = "{id}")
              public void call(String id) {}
            });
    for (Wrong one : wrong) {
      assertThatThrownBy(() -> server.client().protect(Wrong.class, one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(".call: ");
    }
  }
}
