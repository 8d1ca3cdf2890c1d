package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names one of a call's two documents.
public record CallDocumentKey(CallKey call, Kind kind) implements RowKey<CallDocument> {

  /// Which document.
  public enum Kind {
    /// The whole body that is sent to the tool; kept until the call is settled, for good.
    BODY,
    /// What the tool answered, as a JSON object.
    RESULT
  }

  @Override
  public Class<CallDocument> rowType() {
    return CallDocument.class;
  }

  @Override
  public long namespaceId() {
    return call.namespaceId();
  }
}
