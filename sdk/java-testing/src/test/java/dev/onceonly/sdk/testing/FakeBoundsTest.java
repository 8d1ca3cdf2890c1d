package dev.onceonly.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.BatchItem;
import dev.onceonly.sdk.LockItem;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.error.ValidationException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The fake has the server's bounds.
final class FakeBoundsTest {
  private final FakeOnceOnly fake = new FakeOnceOnly();
  private final OnceOnly onceOnly = fake.client();

  @Test
  void aTtlIsGrantedWithinTheServersBounds() {
    assertThat(onceOnly.checkLock("short", o -> o.ttl(Duration.ofSeconds(1))).ttl())
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(onceOnly.checkLock("long", o -> o.ttl(Duration.ofDays(90))).ttl())
        .isEqualTo(Duration.ofDays(30));
    assertThat(onceOnly.ai().lease("default").ttl()).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void whatIsTooLongIsRefused() {
    String longKey = "k".repeat(257);
    assertThatThrownBy(() -> onceOnly.checkLock(longKey)).isInstanceOf(ValidationException.class);
    assertThatThrownBy(() -> onceOnly.ai().lease(longKey)).isInstanceOf(ValidationException.class);
    assertThatThrownBy(() -> onceOnly.checkLock("k", o -> o.meta(Map.of("a", "x".repeat(3_000)))))
        .isInstanceOf(ValidationException.class);
    assertThatThrownBy(() -> onceOnly.checkLockBatch(Collections.nCopies(1_001, LockItem.of("k"))))
        .isInstanceOf(ValidationException.class);
    List<BatchItem> items =
        onceOnly.checkLockBatch(List.of(LockItem.of(longKey), LockItem.of("fine")));
    assertThat(items.get(0))
        .isInstanceOfSatisfying(
            BatchItem.Refused.class,
            refused -> assertThat(refused.error()).isInstanceOf(ValidationException.class));
    assertThat(items.get(1)).isNotInstanceOf(BatchItem.Refused.class);
  }

  @Test
  void aResultThatIsTooLongIsLeftOut() {
    AiResult result = onceOnly.ai().runFn("big", () -> "x".repeat(300_000));
    assertThat(result.isCompleted()).isTrue();
    assertThat(result.result()).isEqualTo(Map.of("omitted", true));
  }

  @Test
  void aLockOfAnotherIsToldWithItsKey() {
    var unused = onceOnly.checkLock("k");
    assertThatThrownBy(() -> onceOnly.releaseLock("k", "lock_of_another"))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> assertThat(e.detail()).isEqualTo(Map.of("error", "lock_mismatch", "key", "k")));
    assertThat(onceOnly.me().raw()).containsEntry("is_active", true);
  }
}
