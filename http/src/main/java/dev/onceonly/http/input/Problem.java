package dev.onceonly.http.input;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One mistake, in FastAPI's terms.
///
/// @param loc where it is: strings and array indexes, such as `["body", "key"]`
/// @param input what was sent, cut small; null where it may be secret and is left out
public record Problem(String type, List<Object> loc, String msg, @Nullable JsonNode input) {
  public Problem {
    loc = List.copyOf(loc);
  }
}
