package dev.onceonly.http.page;

import dev.onceonly.core.service.Notice;
import java.util.ArrayList;
import java.util.List;

/// Tells whether traffic should be sent here, and what an operator has to know besides.
/// Thread-safe.
///
/// @param reasons each says why traffic should not be sent here, while that is so
/// @param notices each says what is wrong although traffic can be sent here, while that is so
public record Readiness(List<Notice.Source> reasons, List<Notice.Source> notices) {
  public Readiness {
    reasons = List.copyOf(reasons);
    notices = List.copyOf(notices);
  }

  /// What is known now.
  ///
  /// @param reasons empty when ready
  record Report(List<Notice> reasons, List<Notice> notices) {}

  Report report() {
    return new Report(known(reasons), known(notices));
  }

  private static List<Notice> known(List<Notice.Source> sources) {
    List<Notice> known = new ArrayList<>();
    for (Notice.Source source : sources) {
      Notice notice = source.now();
      if (notice != null) {
        known.add(notice);
      }
    }
    return known;
  }
}
