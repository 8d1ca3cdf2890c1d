package dev.onceonly.server;

import dev.onceonly.core.service.Notice;
import dev.onceonly.http.page.Readiness;
import java.util.ArrayList;
import java.util.List;

/// What `/readyz` says of a server: the store's troubles make it not ready, all the rest is said
/// while it is ready too.
final class Notices {
  /// What a server says of itself between a restore and its resumption.
  static final String PAUSED =
      "the store was restored from a backup and is paused: nothing moves by itself and keyed runs"
          + " are refused until 'onceonly resume'; look first at what the restore has listed";

  private Notices() {}

  /// @param stopping comes first: whatever else is wrong, the server is about to end
  static Readiness readiness(OnceOnlyServer.Parts parts, Notice.Source stopping) {
    List<Notice.Source> notices = new ArrayList<>(parts.notices());
    notices.add(() -> parts.paused().getAsBoolean() ? new Notice("restored_paused", PAUSED) : null);
    return new Readiness(List.of(stopping, parts.store()::troubles), notices);
  }
}
