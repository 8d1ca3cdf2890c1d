package dev.onceonly.server;

import dev.onceonly.core.service.Notice;
import dev.onceonly.http.page.Readiness;
import java.util.ArrayList;
import java.util.List;

/// What `/readyz` says of a server: the store's troubles make it not ready, all the rest is said
/// while it is ready too.
final class Notices {
  private Notices() {}

  /// @param stopping comes first: whatever else is wrong, the server is about to end
  static Readiness readiness(OnceOnlyServer.Parts parts, Notice.Source stopping) {
    List<Notice.Source> notices = new ArrayList<>(parts.notices());
    return new Readiness(List.of(stopping, parts.store()::troubles), notices);
  }
}
