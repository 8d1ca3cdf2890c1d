package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts of one day. What the server did not send is null.
///
/// @param day the day, in UTC
/// @param make locks
/// @param ai leases and runs
/// @param tools governed calls
/// @param raw the whole object, unmodifiable
public record DailyMetrics(
    @Nullable LocalDate day,
    Locks make,
    Leases ai,
    Tools tools,
    Map<String, @Nullable Object> raw) {
  static DailyMetrics read(Fields fields) {
    return new DailyMetrics(
        Typed.day(fields, "day"),
        Locks.read(Fields.of(fields.raw().get("make"))),
        Leases.read(Fields.of(fields.raw().get("ai"))),
        Tools.read(Fields.of(fields.raw().get("tools"))),
        fields.raw());
  }

  /// Counts of locks.
  ///
  /// @param requests how often a lock was asked for
  /// @param locked how often it was granted
  /// @param duplicate how often the key had been used
  /// @param blocked how often the limit refused
  /// @param raw the whole object, unmodifiable
  public record Locks(
      @Nullable Long requests,
      @Nullable Long locked,
      @Nullable Long duplicate,
      @Nullable Long blocked,
      Map<String, @Nullable Object> raw) {
    static Locks read(Fields fields) {
      return new Locks(
          fields.number("requests"),
          fields.number("locked"),
          fields.number("duplicate"),
          fields.number("blocked"),
          fields.raw());
    }
  }

  /// Counts of leases and runs.
  ///
  /// @param requests how often one was asked for
  /// @param acquired how often it was granted
  /// @param polling how often another owned the key
  /// @param completed how many ended well
  /// @param failed how many did not
  /// @param blocked how often the limit refused
  /// @param raw the whole object, unmodifiable
  public record Leases(
      @Nullable Long requests,
      @Nullable Long acquired,
      @Nullable Long polling,
      @Nullable Long completed,
      @Nullable Long failed,
      @Nullable Long blocked,
      Map<String, @Nullable Object> raw) {
    static Leases read(Fields fields) {
      return new Leases(
          fields.number("requests"),
          fields.number("acquired"),
          fields.number("polling"),
          fields.number("completed"),
          fields.number("failed"),
          fields.number("blocked"),
          fields.raw());
    }
  }

  /// Counts of governed calls.
  ///
  /// @param executed how many were made
  /// @param blocked how many the policy refused
  /// @param dedup how many had been made before
  /// @param error how many failed or are unknown
  /// @param spendUsd what they cost, in USD
  /// @param raw the whole object, unmodifiable
  public record Tools(
      @Nullable Long executed,
      @Nullable Long blocked,
      @Nullable Long dedup,
      @Nullable Long error,
      @Nullable BigDecimal spendUsd,
      Map<String, @Nullable Object> raw) {
    static Tools read(Fields fields) {
      return new Tools(
          fields.number("executed"),
          fields.number("blocked"),
          fields.number("dedup"),
          fields.number("error"),
          fields.money("spend_usd"),
          fields.raw());
    }
  }
}
