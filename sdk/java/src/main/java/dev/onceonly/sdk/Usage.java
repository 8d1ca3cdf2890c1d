package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How much of the plan is used this month, of one kind. What the server did not send is null.
///
/// @param plan the bundle of limits
/// @param month such as `2026-05`
/// @param usage what counts towards the limit: duplicates blocked (`make`), or work acquired (`ai`)
/// @param limit the plan's monthly limit; null for none
/// @param requestsTotalMonth all calls of the kind, whatever their answer
/// @param blockedTotalMonth calls that were refused because of the limit
/// @param raw the whole object, unmodifiable
public record Usage(
    @Nullable String plan,
    @Nullable String month,
    @Nullable Long usage,
    @Nullable Long limit,
    @Nullable Long requestsTotalMonth,
    @Nullable Long blockedTotalMonth,
    Map<String, @Nullable Object> raw) {
  static Usage read(Fields fields) {
    return new Usage(
        fields.text("plan"),
        fields.text("month"),
        fields.number("usage"),
        fields.number("limit"),
        fields.number("requests_total_month"),
        fields.number("blocked_total_month"),
        fields.raw());
  }
}
