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

  Place found(K key, long arrival) {
    return remember(key, new Place(true, arrival, 0));
  }

  Place missing(K key, long hash) {
    return remember(key, new Place(false, 0, hash));
  }

  private Place remember(K key, Place place) {
    places.put(key, place);
    return place;
  }

  @Nullable Place of(K key) {
    return places.get(key);
  }

  void clear() {
    places.clear();
  }
}
