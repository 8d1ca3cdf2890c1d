package dev.onceonly.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Grants, their fences, and who is recognised by them.
final class GrantTest {
  private static final Instant NOW = Instant.parse("2026-11-05T10:00:00.123456789Z");
  private static final long NOW_US = 1_793_872_800_123_456L;
  private static final Claim CLAIM = new Claim(60_000, 42, "attempt-1", "fp", Claimants.FREE);

  @Test
  void aFirstGrantTakesTheClockInMicrosecondsAsItsFence() {
    assertThat(Grant.next(null, CLAIM, NOW))
        .isEqualTo(new Grant(NOW_US, NOW.toEpochMilli(), 60_000, 42, "attempt-1", "fp", 1));
  }

  @Test
  void theFenceGrowsByOneWhereTheClockIsNotAheadOfIt() {
    assertThat(Grant.next(withFence(NOW_US), CLAIM, NOW).fence()).isEqualTo(NOW_US + 1);
    assertThat(Grant.next(withFence(NOW_US - 1), CLAIM, NOW).fence()).isEqualTo(NOW_US);
    assertThat(Grant.next(withFence(NOW_US + 5), CLAIM, NOW).fence()).isEqualTo(NOW_US + 6);
    assertThat(Grant.next(withFence(7), CLAIM, NOW).fence()).isEqualTo(NOW_US);
  }

  @Test
  void aFenceStaysBelowTwoToTheFiftyThirdForTwoHundredYears() {
    Instant late = Instant.parse("2226-01-01T00:00:00Z");
    assertThat(Grant.next(null, CLAIM, late).fence()).isLessThan(1L << 53);
  }

  private static Grant withFence(long fence) {
    return new Grant(fence, 1, 2, 3, null, null, 0);
  }

  @Test
  void aReplayIsRecognisedBeforeTheWindowEnds() {
    Grant grant = Grant.next(null, CLAIM, NOW);
    assertThat(grant.isReplayedBy(CLAIM, NOW, 60_000)).isTrue();
    assertThat(grant.isReplayedBy(CLAIM, NOW.plusMillis(59_999), 60_000)).isTrue();
    assertThat(grant.isReplayedBy(CLAIM, NOW.plusMillis(60_000), 60_000)).isFalse();
    assertThat(grant.isReplayedBy(CLAIM, NOW.plusMillis(60_001), 60_000)).isFalse();
    assertThat(grant.isReplayedBy(CLAIM, NOW, 0)).isFalse();
  }

  @Test
  void nobodyIsRecognisedWithoutAnAttemptId() {
    Claim without = new Claim(60_000, 42, null, null, Claimants.FREE);
    assertThat(Grant.next(null, without, NOW).isReplayedBy(without, NOW, 60_000)).isFalse();
    assertThat(Grant.next(null, without, NOW).isReplayedBy(CLAIM, NOW, 60_000)).isFalse();
    assertThat(Grant.next(null, CLAIM, NOW).isReplayedBy(without, NOW, 60_000)).isFalse();
  }

  @Test
  void onlyTwoFingerprintsThatDifferContradict() {
    Grant with = Grant.next(null, CLAIM, NOW);
    Grant without = Grant.next(null, new Claim(60_000, 42, null, null, Claimants.FREE), NOW);
    Claim other = new Claim(60_000, 42, null, "FP", Claimants.FREE);
    assertThat(with.contradicts(other)).isTrue();
    assertThat(with.contradicts(CLAIM)).isFalse();
    assertThat(with.contradicts(new Claim(60_000, 42, null, null, Claimants.FREE))).isFalse();
    assertThat(without.contradicts(other)).isFalse();
  }

  @Test
  void aClaimNeedsAPositiveTtl() {
    assertThatThrownBy(() -> new Claim(1, 1, null, null, Claimant.SERVER))
        .hasMessageContaining("only an API key claims");
    assertThatThrownBy(() -> new Claimant(-1, true)).hasMessageContaining("was -1");
    assertThatThrownBy(() -> new Claim(0, 1, null, null, Claimants.FREE))
        .hasMessageContaining("was 0");
    assertThatThrownBy(() -> new Claim(-1, 1, null, null, Claimants.FREE))
        .hasMessageContaining("was -1");
  }

  @Test
  void idsAreAPrefixAndThirteenDigits() {
    assertThat(GrantId.lease(0)).isEqualTo("lease_0000000000000");
    assertThat(GrantId.lock(0)).isEqualTo("lock_0000000000000");
    assertThat(GrantId.lock(31)).isEqualTo("lock_000000000000z");
    assertThat(GrantId.lock(32)).isEqualTo("lock_0000000000010");
    assertThat(GrantId.lock(-1)).isEqualTo("lock_fzzzzzzzzzzzz");
    assertThat(GrantId.lock(Long.MIN_VALUE)).isEqualTo("lock_8000000000000");
  }

  @Test
  void tokensThatDifferInOneBitHaveDifferentIds() {
    assertThat(java.util.stream.IntStream.range(0, 64).mapToObj(bit -> GrantId.lease(1L << bit)))
        .doesNotHaveDuplicates()
        .hasSize(64);
  }

  @Test
  void hashesAreTheKnownOnes() {
    assertThat(Sha256.hex(""))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(Sha256.hex("\u00fc")).isNotEqualTo(Sha256.hex("u\u0308")).hasSize(64);
  }

  @Test
  void aBoundKeyTouchesItsOwnClaimsAndThoseThatAreNobodys() {
    assertThat(Claimants.bound(7).mayTouch(claimedBy(7))).isTrue();
    assertThat(Claimants.bound(7).mayTouch(claimedBy(8))).isFalse();
    assertThat(Claimants.bound(7).mayTouch(claimedBy(0))).isTrue();
    assertThat(new Claimant(7, false).mayTouch(claimedBy(8))).isTrue();
    assertThat(Claimant.SERVER.mayTouch(claimedBy(8))).isTrue();
  }

  private static Grant claimedBy(long keyNumber) {
    return new Grant(1, 2, 3, 4, null, null, keyNumber);
  }
}
