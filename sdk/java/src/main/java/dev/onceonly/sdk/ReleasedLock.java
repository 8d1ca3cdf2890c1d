package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A lock that was given back. What the server did not send is null.
///
/// @param ok whether the lock is gone
/// @param status `released`
/// @param key the key
/// @param raw the whole object, unmodifiable
public record ReleasedLock(
    boolean ok, @Nullable String status, @Nullable String key, Map<String, @Nullable Object> raw) {
  static ReleasedLock read(Fields fields) {
    return new ReleasedLock(
        fields.flag("ok"), fields.text("status"), fields.text("key"), fields.raw());
  }
}
