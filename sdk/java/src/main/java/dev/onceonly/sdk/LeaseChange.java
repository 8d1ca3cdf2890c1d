package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of a lease that was extended or ended. What the server did not send is null.
///
/// @param ok whether it was done
/// @param status `extended`, `completed`, `failed` or `cancelled`; unknown ones as they are
/// @param key the key
/// @param ttl how long the lease lasts from now on; null when it was ended
/// @param version grows with every change of the key
/// @param raw the whole object, unmodifiable
public record LeaseChange(
    boolean ok,
    @Nullable String status,
    @Nullable String key,
    @Nullable Duration ttl,
    @Nullable Long version,
    Map<String, @Nullable Object> raw) {
  static LeaseChange read(Fields fields) {
    return new LeaseChange(
        fields.flag("ok"),
        fields.text("status"),
        fields.text("key"),
        fields.seconds("ttl"),
        fields.number("version"),
        fields.raw());
  }
}
