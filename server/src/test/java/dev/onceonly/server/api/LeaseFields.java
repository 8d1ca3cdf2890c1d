package dev.onceonly.server.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The fields with which an owner speaks of its lease.
final class LeaseFields {
  private LeaseFields() {}

  /// Name, value, name, value: `key`, `lease_id` and more of them.
  ///
  /// @param owner the answer that granted the lease
  static Object[] of(String key, Answer owner, Object... more) {
    List<Object> fields = new ArrayList<>(List.of("key", key));
    fields.add("lease_id");
    fields.add(owner.text("/lease_id"));
    fields.addAll(Arrays.asList(more));
    return fields.toArray();
  }
}
