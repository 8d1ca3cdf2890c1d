package dev.onceonly.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.CheckedFunction;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.annotation.AtDuplicate;
import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.error.DuplicateException;
import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// An application's test of its annotated methods and guarded functions.
@ExtendWith(OnceOnlyExtension.class)
@Timeout(60)
final class GuardedShopTest {
  record Receipt(String id, BigDecimal amount) {}

  interface Shop {
    @Nullable String tell(String a, String b);

    String raise(String id);

    Receipt replay(String id);

    CompletableFuture<Receipt> replayLater(String id);

    String released(String id);

    String releasedAi(String id);

    String guarded(String id, BigDecimal amount);

    String same(int number);

    String same(long number);
  }

  static final class RealShop implements Shop {
    private final AtomicInteger runs = new AtomicInteger();

    private int run() {
      return runs.incrementAndGet();
    }

    @Override
    @Idempotent(key = "{a}:{b}")
    public @Nullable String tell(String a, String b) {
      return "run " + run();
    }

    @Override
    @Idempotent(key = "raise-{id}", atDuplicate = AtDuplicate.RAISE)
    public String raise(String id) {
      return "run " + run();
    }

    @Override
    @Idempotent(key = "replay-{id}", atDuplicate = AtDuplicate.REPLAY)
    public Receipt replay(String id) {
      return new Receipt(id, BigDecimal.valueOf(run()));
    }

    @Override
    @Idempotent(key = "later-{id}", atDuplicate = AtDuplicate.REPLAY)
    public CompletableFuture<Receipt> replayLater(String id) {
      return CompletableFuture.completedFuture(new Receipt(id, BigDecimal.valueOf(run())));
    }

    @Override
    @Idempotent(key = "released-{id}", releaseOn = IllegalStateException.class)
    public String released(String id) {
      return failFirst();
    }

    @Override
    @IdempotentAi(key = "released-ai-{id}", releaseOn = IllegalStateException.class)
    public String releasedAi(String id) {
      return failFirst();
    }

    private String failFirst() {
      int run = run();
      if (run == 1) {
        throw new IllegalStateException("not yet");
      }
      return "run " + run;
    }

    @Override
    @Idempotent(key = "guarded-{id}", fingerprint = "{amount}")
    public String guarded(String id, BigDecimal amount) {
      return "run " + run();
    }

    @Override
    @Idempotent(keyId = "same-int")
    public String same(int number) {
      return "int " + number;
    }

    @Override
    @Idempotent(keyId = "same-long")
    public String same(long number) {
      return "long " + number;
    }
  }

  private final RealShop real = new RealShop();

  private Shop shop(OnceOnly onceOnly) {
    return onceOnly.protect(Shop.class, real);
  }

  @Test
  void placesOfAKeyDoNotRunIntoEachOther(OnceOnly onceOnly, FakeOnceOnly fake) {
    Shop shop = shop(onceOnly);
    assertThat(shop.tell("a", "b:c")).isEqualTo("run 1");
    assertThat(shop.tell("a:b", "c")).isEqualTo("run 2");
    assertThat(shop.tell("a:b", "c")).isNull();
    assertThat(fake.requests()).extracting(r -> r.text("key")).contains("a:b%3Ac", "a%3Ab:c");
    assertThatThrownBy(() -> shop.tell(" ", "c")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDuplicateIsToldByAnErrorWhereAskedFor(OnceOnly onceOnly) {
    Shop shop = shop(onceOnly);
    assertThat(shop.raise("1")).isEqualTo("run 1");
    assertThatThrownBy(() -> shop.raise("1"))
        .isInstanceOfSatisfying(
            DuplicateException.class,
            e -> {
              assertThat(e.key()).isEqualTo("raise-1");
              assertThat(e.firstSeenAt()).isNotNull();
            });
  }

  @Test
  void aDuplicateGetsTheFirstValueWhereAskedFor(OnceOnly onceOnly) {
    Shop shop = shop(onceOnly);
    Receipt first = shop.replay("1");
    assertThat(shop.replay("1")).isEqualTo(first);
    Receipt later = shop.replayLater("1").join();
    assertThat(shop.replayLater("1").join()).isEqualTo(later);
    assertThat(real.runs).hasValue(2);
  }

  @Test
  void aFailureGivesTheKeyBackWhereAskedFor(OnceOnly onceOnly, FakeOnceOnly fake) {
    Shop shop = shop(onceOnly);
    assertThatThrownBy(() -> shop.released("1")).isInstanceOf(IllegalStateException.class);
    assertThat(shop.released("1")).isEqualTo("run 2");
    assertThat(fake.requests("/v1/check-lock/release")).hasSize(1);
    real.runs.set(0);
    assertThatThrownBy(() -> shop.releasedAi("1")).isInstanceOf(IllegalStateException.class);
    assertThat(shop.releasedAi("1")).isEqualTo("run 2");
  }

  @Test
  void theSameKeyWithAnotherInputIsRefused(OnceOnly onceOnly) {
    Shop shop = shop(onceOnly);
    assertThat(shop.guarded("1", new BigDecimal("9.50"))).isEqualTo("run 1");
    var duplicate = shop.guarded("1", new BigDecimal("9.5"));
    assertThat(duplicate).isNull();
    assertThatThrownBy(() -> shop.guarded("1", new BigDecimal("95")))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("key_reused"));
  }

  @Test
  void methodsOfOneNameAreGuardedEachByItsOwnAnnotation(OnceOnly onceOnly) {
    Shop shop = shop(onceOnly);
    assertThat(shop.same(1)).isEqualTo("int 1");
    assertThat(shop.same(1L)).isEqualTo("long 1");
  }

  @Test
  void twoPlacesWithoutATextBetweenThemAreRefused(OnceOnly onceOnly) {
    Bad bad =
        new Bad() {
          @Override
          @Idempotent(key = "{a}{b}")
          public void run(String a, String b) {}
        };
    assertThatThrownBy(() -> onceOnly.protect(Bad.class, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must have a text between two places");
  }

  interface Bad {
    void run(String a, String b);
  }

  @Test
  void guardedFunctionsTellRaiseReplayAndRelease(OnceOnly onceOnly) {
    AtomicInteger runs = new AtomicInteger();
    CheckedFunction<String, Integer, RuntimeException> function =
        id -> {
          int run = runs.incrementAndGet();
          if (id.equals("bad") && run == 1) {
            throw new IllegalStateException("not yet");
          }
          return run;
        };
    var replayed =
        onceOnly.idempotent(function, o -> o.keyId("r").replayOnDuplicate(Integer.class));
    assertThat(replayed.apply("x")).isEqualTo(1);
    assertThat(replayed.apply("x")).isEqualTo(1);
    var raised = onceOnly.idempotent(function, o -> o.keyId("e").raiseOnDuplicate());
    assertThat(raised.apply("x")).isEqualTo(2);
    assertThatThrownBy(() -> raised.apply("x")).isInstanceOf(DuplicateException.class);
    runs.set(0);
    var released =
        onceOnly.idempotent(
            function, o -> o.keyId("f").replayOnDuplicate(Integer.class).releaseOnException());
    assertThatThrownBy(() -> released.apply("bad")).isInstanceOf(IllegalStateException.class);
    assertThat(released.apply("bad")).isEqualTo(2);
    assertThatThrownBy(() -> onceOnly.idempotent(function, o -> o.keyPrefix("pay")))
        .isInstanceOf(IllegalArgumentException.class);
    var keyless = onceOnly.idempotent(function, o -> o.keyFunction(given -> null));
    assertThatThrownBy(() -> keyless.apply("x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReplayOfACallThatFailedIsADuplicateWithItsCode(OnceOnly onceOnly) {
    CheckedFunction<String, Integer, RuntimeException> failing =
        id -> {
          throw new IllegalStateException("no");
        };
    var guarded = onceOnly.idempotent(failing, o -> o.keyId("g").replayOnDuplicate(Integer.class));
    assertThatThrownBy(() -> guarded.apply("x")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> guarded.apply("x"))
        .isInstanceOfSatisfying(
            DuplicateException.class, e -> assertThat(e.errorCode()).isEqualTo("fn_error"));
  }
}
