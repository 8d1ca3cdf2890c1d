package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A page of runs, the one with the latest event first. What the server did not send is null.
///
/// @param total how many runs there are in all
/// @param items those of this page
/// @param raw the whole object, unmodifiable
public record RunPage(@Nullable Long total, List<Run> items, Map<String, @Nullable Object> raw) {
  static RunPage read(Fields fields) {
    return new RunPage(
        fields.number("total"), Typed.list(fields, "items", Run::read), fields.raw());
  }

  /// One run.
  ///
  /// @param runId its id
  /// @param lastTs when its latest event happened, to the second
  /// @param lastType the type of that event
  /// @param lastStatus the status of that event
  /// @param eventsCount how many events it has
  /// @param raw the whole object, unmodifiable
  public record Run(
      @Nullable String runId,
      @Nullable Instant lastTs,
      @Nullable String lastType,
      @Nullable String lastStatus,
      @Nullable Long eventsCount,
      Map<String, @Nullable Object> raw) {
    static Run read(Fields fields) {
      return new Run(
          fields.text("run_id"),
          fields.epochSecond("last_ts"),
          fields.text("last_type"),
          fields.text("last_status"),
          fields.number("events_count"),
          fields.raw());
    }
  }
}
