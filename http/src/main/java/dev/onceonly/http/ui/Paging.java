package dev.onceonly.http.ui;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where a page stands in its list, and the links to its neighbours.
///
/// @param range such as `51–100 of 120`; empty where nothing is shown
/// @param beforeHref null on the first page
/// @param afterHref null on the last one
public record Paging(String range, @Nullable String beforeHref, @Nullable String afterHref) {

  /// A page of a list.
  ///
  /// @param path as it was asked for
  /// @param prefix what the list is narrowed to; empty for all
  /// @param shown how many there are on the page
  static Paging of(String path, String prefix, Window window, int shown, long total) {
    int offset = window.offset();
    long end = (long) offset + shown;
    return new Paging(
        shown == 0 ? "" : (offset + 1L) + "–" + end + " of " + total,
        offset == 0 ? null : href(path, prefix, window, Math.max(0, offset - window.limit())),
        shown == 0 || end >= total ? null : href(path, prefix, window, end));
  }

  /// What was asked for.
  public record Window(int limit, int offset) {}

  private static String href(String path, String prefix, Window window, long offset) {
    String narrowed =
        prefix.isEmpty() ? "" : "&q=" + URLEncoder.encode(prefix, StandardCharsets.UTF_8);
    return path + "?limit=" + window.limit() + "&offset=" + offset + narrowed;
  }
}
