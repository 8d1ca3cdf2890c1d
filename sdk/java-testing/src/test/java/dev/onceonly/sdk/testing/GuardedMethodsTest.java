package dev.onceonly.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import dev.onceonly.sdk.method.MethodGuard;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Which methods an annotation guards, and which annotations are refused.
@ExtendWith(OnceOnlyExtension.class)
@Timeout(60)
final class GuardedMethodsTest {
  private static final AtomicInteger RUNS = new AtomicInteger();

  private static String run() {
    return "run " + RUNS.incrementAndGet();
  }

  interface Handler<T> {
    @Nullable String handle(T work);
  }

  interface Guarded<T> {
    @Idempotent(key = "guarded:{work}")
    @Nullable String handle(T work);
  }

  /// Has further methods of that name, before and after the guarded one.
  static final class Overloads implements Handler<String> {
    public String handle(Integer work) {
      return "integer";
    }

    @Override
    @Idempotent(key = "overloads:{work}")
    public @Nullable String handle(String work) {
      return run();
    }

    public String handle(CharSequence work) {
      return "characters";
    }
  }

  static final class Texts implements Guarded<String> {
    @Override
    public @Nullable String handle(String other) {
      return run();
    }
  }

  abstract static class Base<T> implements Handler<T> {
    @Override
    @Idempotent(key = "base:{work}")
    public @Nullable String handle(T work) {
      return run();
    }
  }

  static final class Overriding extends Base<Long> {
    @Override
    public @Nullable String handle(Long work) {
      return super.handle(work);
    }
  }

  @Test
  void aMethodOfAGenericInterfaceIsFoundAmongItsOverloads(OnceOnly onceOnly) {
    assertThat(guards(onceOnly.<Handler<String>>protect(handler(), new Overloads()), "a")).isTrue();
  }

  @Test
  void anAnnotationOfAGenericInterfaceHoldsForTheClass(OnceOnly onceOnly) throws Exception {
    @SuppressWarnings("unchecked")
    Class<Guarded<String>> type = (Class<Guarded<String>>) (Class<?>) Guarded.class;
    Guarded<String> guarded = onceOnly.protect(type, new Texts());
    assertThat(guarded.handle("a")).isNotNull();
    assertThat(guarded.handle("a")).isNull();
    assertThat(MethodGuard.isGuarded(Texts.class, Texts.class.getMethod("handle", String.class)))
        .isTrue();
  }

  @Test
  void anOverridingMethodKeepsTheGuardOfTheOneAbove(OnceOnly onceOnly) throws Exception {
    assertThat(guards(onceOnly.<Handler<Long>>protect(handler(), new Overriding()), 7L)).isTrue();
    assertThat(
            MethodGuard.isGuarded(
                Overriding.class, Overriding.class.getMethod("handle", Long.class)))
        .isTrue();
    assertThat(
            MethodGuard.isGuarded(
                Overloads.class, Overloads.class.getMethod("handle", Integer.class)))
        .isFalse();
  }

  @SuppressWarnings("unchecked")
  private static <T> Class<Handler<T>> handler() {
    return (Class<Handler<T>>) (Class<?>) Handler.class;
  }

  private static <T> boolean guards(Handler<T> handler, T work) {
    return handler.handle(work) != null && handler.handle(work) == null;
  }

  record Order(String id, List<String> lines) {}

  interface Shop {
    @Idempotent
    void withoutKey(Order order);

    @Idempotent(keyPrefix = "shop")
    void withPrefixAlone(Order order);

    @Idempotent(keyId = " ")
    void withBlankId(Order order);

    @Idempotent(key = " ")
    void withBlankKey(Order order);

    @Idempotent(keyId = "shop", keyPrefix = " ")
    void withBlankPrefix(Order order);

    @IdempotentAi(key = " ")
    void withBlankAiKey(Order order);

    @Idempotent(key = "{order.number}")
    void withUnknownProperty(Order order);

    @IdempotentAi(key = "{order.id}", metadata = "number={order.number}")
    void withUnknownMetadata(Order order);

    @Idempotent(key = "{order.hashCode}")
    void withHashCode(Order order);

    @Idempotent(key = "{order.class}")
    void withClass(Order order);

    @Idempotent(key = "{order.lines}")
    void withList(Order order);

    @Idempotent(key = "{order}")
    void withRecord(Order order);
  }

  @Test
  void whatCanBeNoKeyIsRefusedAtTheStart() throws Exception {
    Map<String, String> words =
        Map.ofEntries(
            Map.entry("withoutKey", "must have a key"),
            Map.entry("withPrefixAlone", "must have a key"),
            Map.entry("withBlankId", "keyId must not be empty"),
            Map.entry("withBlankKey", "key must not be empty"),
            Map.entry("withBlankPrefix", "keyPrefix must not be empty"),
            Map.entry("withBlankAiKey", "key must not be empty"),
            Map.entry("withUnknownProperty", "Order has no property number"),
            Map.entry("withUnknownMetadata", "Order has no property number"),
            Map.entry("withHashCode", "Order has no property hashCode"),
            Map.entry("withClass", "Order has no property class"),
            Map.entry("withList", "List is no text"),
            Map.entry("withRecord", "Order is no text"));
    for (Map.Entry<String, String> each : words.entrySet()) {
      var method = Shop.class.getMethod(each.getKey(), Order.class);
      assertThatThrownBy(() -> MethodGuard.check(Shop.class, method))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Shop." + each.getKey() + ": ")
          .hasMessageContaining(each.getValue());
    }
  }

  interface Anything {
    @Idempotent(key = "{work.id}")
    @Nullable String handle(Object work);
  }

  interface Wrong {
    @Idempotent(key = "{work.hashCode}")
    String handle(Object work);
  }

  @Test
  void whatIsDeclaredAsAnObjectIsLookedAtWhenItIsCalled(OnceOnly onceOnly) {
    Anything anything = onceOnly.protect(Anything.class, work -> run());
    assertThat(anything.handle(new Order("1", List.of()))).isNotNull();
    assertThat(anything.handle(Map.of("id", "1"))).isNull();
    assertThatThrownBy(() -> anything.handle("a text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no id");
    assertThatThrownBy(() -> onceOnly.protect(Wrong.class, work -> run()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no property hashCode");
  }

  interface Charge {
    @Idempotent(keyId = "charge")
    @Nullable String charge(String invoice);
  }

  @Test
  void theKeyOfALambdaIsTheSameInEveryProcess(OnceOnly onceOnly, FakeOnceOnly fake) {
    Charge first = onceOnly.protect(Charge.class, invoice -> run());
    Charge second = onceOnly.protect(Charge.class, invoice -> run() + " elsewhere");
    assertThat(first.charge("1")).isNotNull();
    assertThat(second.charge("1")).isNull();
    assertThat(fake.requests().get(0).text("key")).isEqualTo(fake.requests().get(1).text("key"));
  }
}
