package dev.onceonly.store.sqlite;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the rows of one transaction stand, so that a row which has been loaded is saved without
/// being looked for again. Not thread-safe.
final class Arrivals<K> {
  private final Map<K, Place> places = new HashMap<>();

  /// A row's place, or the hash under which a missing one will be found.
  record Place(boolean exists, long arrival, long hash) {}

  void found(K key, long arrival) {
    places.put(key, new Place(true, arrival, 0));
  }

  void missing(K key, long hash) {
    places.put(key, new Place(false, 0, hash));
  }

  @Nullable Place of(K key) {
    return places.get(key);
  }

  void clear() {
    places.clear();
  }
}
