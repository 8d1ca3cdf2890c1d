package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A page of governed calls, the newest first. What the server did not send is null.
///
/// @param total how many there are in all
/// @param items those of this page
/// @param raw the whole object, unmodifiable
public record CallPage(
    @Nullable Long total, List<GovernedCall> items, Map<String, @Nullable Object> raw) {
  static CallPage read(Fields fields) {
    return new CallPage(
        fields.number("total"), Typed.list(fields, "items", GovernedCall::read), fields.raw());
  }
}
