package dev.onceonly.testkit;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimant;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.LockKey;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// What a test's caller asks for; the same request can be made of a lock and of a lease. Every
/// command made from it has a random token of its own, as every call over the wire has. Immutable.
public record Ask(
    long namespaceId,
    String key,
    Duration ttl,
    @Nullable String attemptId,
    @Nullable String fingerprint,
    @Nullable String metadata,
    Claimant claimant) {
  public static final long NAMESPACE = 1;

  /// A key that may touch whatever anybody has claimed.
  public static final Claimant FREE = new Claimant(Callers.KEY_NUMBER, false);

  public static final Duration HOUR = Duration.ofHours(1);

  /// One key in namespace 1 for one hour.
  public static Ask of(String key) {
    return new Ask(NAMESPACE, key, HOUR, null, null, null, FREE);
  }

  public Ask in(long namespace) {
    return new Ask(namespace, key, ttl, attemptId, fingerprint, metadata, claimant);
  }

  public Ask ttlMs(long ms) {
    return new Ask(
        namespaceId, key, Duration.ofMillis(ms), attemptId, fingerprint, metadata, claimant);
  }

  public Ask attempt(String id) {
    return new Ask(namespaceId, key, ttl, id, fingerprint, metadata, claimant);
  }

  public Ask fingerprint(String given) {
    return new Ask(namespaceId, key, ttl, attemptId, given, metadata, claimant);
  }

  public Ask metadata(String json) {
    return new Ask(namespaceId, key, ttl, attemptId, fingerprint, json, claimant);
  }

  public Ask by(Claimant key) {
    return new Ask(namespaceId, this.key, ttl, attemptId, fingerprint, metadata, key);
  }

  public Claim claim() {
    return new Claim(
        ttl.toMillis(), ThreadLocalRandom.current().nextLong(), attemptId, fingerprint, claimant);
  }

  public LockKey lockKey() {
    return new LockKey(namespaceId, key);
  }

  public LeaseKey leaseKey() {
    return new LeaseKey(namespaceId, key);
  }

  public CheckLock lock() {
    return new CheckLock(lockKey(), claim(), metadata);
  }

  public AcquireLease lease() {
    return new AcquireLease(leaseKey(), claim(), metadata, false);
  }

  /// The lease, also where the last work on it has failed.
  public AcquireLease retryFailed() {
    return new AcquireLease(leaseKey(), claim(), metadata, true);
  }
}
