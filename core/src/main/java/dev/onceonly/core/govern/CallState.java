package dev.onceonly.core.govern;

import java.util.Locale;
import java.util.Optional;

/// Where a governed call stands. `docs/states.md` has the diagram.
public enum CallState {
  /// Budget is held; it is being dispatched.
  RESERVED,
  /// The tool has answered well; the spend is final.
  EXECUTED,
  /// The tool has certainly not acted; the spend was given back.
  FAILED,
  /// Nobody knows whether the tool has acted; the spend stays held until it is resolved.
  UNKNOWN;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<CallState> fromWireName(String name) {
    for (CallState state : values()) {
      if (state.wireName().equals(name)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
