package dev.onceonly.http.input;

import java.util.ArrayList;
import java.util.List;

/// Where a value stands in a request: the `loc` of a 422.
final class Locations {
  private Locations() {}

  static List<Object> below(List<Object> parent, Object step) {
    List<Object> child = new ArrayList<>(parent.size() + 1);
    child.addAll(parent);
    child.add(step);
    return child;
  }
}
