package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How much of the plan is used this month, of every kind. What the server did not send is null.
///
/// @param plan the bundle of limits
/// @param month such as `2026-05`
/// @param make locks
/// @param ai leases, runs and governed calls
/// @param raw the whole object, unmodifiable
public record UsageAll(
    @Nullable String plan,
    @Nullable String month,
    Counters make,
    Counters ai,
    Map<String, @Nullable Object> raw) {
  static UsageAll read(Fields fields) {
    return new UsageAll(
        fields.text("plan"),
        fields.text("month"),
        Counters.read(Fields.of(fields.raw().get("make"))),
        Counters.read(Fields.of(fields.raw().get("ai"))),
        fields.raw());
  }

  /// Counts of one kind.
  ///
  /// @param usage what counts towards the limit
  /// @param limit the plan's monthly limit; null for none
  /// @param requestsTotalMonth all calls of the kind, whatever their answer
  /// @param blockedTotalMonth calls that were refused because of the limit
  /// @param chargedTotalMonth what was charged
  /// @param pollingTotalMonth calls that were told `polling`
  /// @param raw the whole object, unmodifiable
  public record Counters(
      @Nullable Long usage,
      @Nullable Long limit,
      @Nullable Long requestsTotalMonth,
      @Nullable Long blockedTotalMonth,
      @Nullable Long chargedTotalMonth,
      @Nullable Long pollingTotalMonth,
      Map<String, @Nullable Object> raw) {
    static Counters read(Fields fields) {
      return new Counters(
          fields.number("usage"),
          fields.number("limit"),
          fields.number("requests_total_month"),
          fields.number("blocked_total_month"),
          fields.number("charged_total_month"),
          fields.number("polling_total_month"),
          fields.raw());
    }
  }
}
