package dev.onceonly.http.input;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Collects the mistakes of one request. Not thread-safe.
public final class Problems {
  // More tell nobody more, and a hostile body could make thousands.
  private static final int COUNT_MAX = 100;

  private @Nullable List<Problem> found;

  public void add(String type, List<Object> loc, String msg, @Nullable JsonNode input) {
    if (found == null) {
      found = new ArrayList<>();
    }
    if (found.size() < COUNT_MAX) {
      found.add(new Problem(type, loc, msg, Shown.of(loc, input)));
    }
  }

  public boolean isEmpty() {
    return found == null;
  }

  /// Ends the reading of a request.
  ///
  /// @throws InvalidInput with everything that was added
  public void done() {
    if (found != null) {
      throw new InvalidInput(found);
    }
  }
}
