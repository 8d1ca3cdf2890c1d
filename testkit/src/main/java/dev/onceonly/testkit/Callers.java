package dev.onceonly.testkit;

import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plan.TtlBounds;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import java.util.List;

/// Callers for tests.
public final class Callers {
  /// Of every one of them.
  public static final long KEY_NUMBER = 1;

  private static final TtlBounds TTL = new TtlBounds(3_600, 86_400);

  private Callers() {}

  /// An admin whose plan has no limits.
  public static Caller unlimited(long namespaceId) {
    return on(new Plan("unlimited", null, null, false, TTL), namespaceId);
  }

  /// An admin whose plan refuses what comes after `limit` duplicates or `limit` acquired leases.
  public static Caller stoppedAt(long limit, long namespaceId) {
    return on(new Plan("free", limit, limit, true, TTL), namespaceId);
  }

  /// An admin whose plan has a limit but goes on after it.
  public static Caller goingOnAfter(long limit, long namespaceId) {
    return on(new Plan("starter", limit, limit, false, TTL), namespaceId);
  }

  private static Caller on(Plan plan, long namespaceId) {
    Namespace namespace =
        new Namespace(
            namespaceId, "namespace-" + namespaceId, plan.name(), 0, null, Notifications.ALL);
    Powers powers = new Powers(Role.ADMIN, List.of(), List.of());
    ApiKey key =
        new ApiKey(
            KEY_NUMBER, "key_test", namespaceId, "once…test", powers, new ApiKey.Span(0, null));
    return new Caller(namespace, plan, key);
  }
}
