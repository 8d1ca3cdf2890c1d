package dev.onceonly.core.govern;

import java.util.Locale;

/// Why a call was decided as it was: the closed set of the contract (5.2), each with its risk
/// level.
public enum Reason {
  OK(Risk.LOW),
  TOOL_IDEMPOTENCY(Risk.LOW),
  TOOL_NOT_IN_ALLOWED_LIST(Risk.MEDIUM),
  MAX_ACTIONS_PER_HOUR_EXCEEDED(Risk.MEDIUM),
  MAX_CALLS_PER_TOOL_EXCEEDED(Risk.MEDIUM),
  MAX_SPEND_USD_PER_DAY_EXCEEDED(Risk.MEDIUM),
  TOOL_ERROR(Risk.MEDIUM),
  TOOL_DISABLED(Risk.MEDIUM),
  TOOL_EXPLICITLY_BLOCKED(Risk.HIGH),
  AGENT_DISABLED(Risk.HIGH),
  NO_POLICY(Risk.HIGH);

  private final Risk risk;

  Reason(Risk risk) {
    this.risk = risk;
  }

  /// How much attention a decision deserves.
  public enum Risk {
    LOW,
    MEDIUM,
    HIGH;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Risk risk() {
    return risk;
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
