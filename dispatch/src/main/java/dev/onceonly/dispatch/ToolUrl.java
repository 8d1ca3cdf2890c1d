package dev.onceonly.dispatch;

import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/// A tool's URL, read by the very reader that the calls use: where two readers disagree about the
/// host, a check is worth nothing. It also folds what Unicode holds of digits and dots.
///
/// @param target what is called; its host is lower-case ASCII, an IPv6 address without brackets
record ToolUrl(HttpUrl target) {

  /// Stricter than the reader, which forgives blanks, backslashes and missing slashes.
  private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?#\\\\@]+([/?#].*)?");

  private static final Pattern BLANK_OR_CONTROL = Pattern.compile("[\\s\\p{Cntrl}\\p{Z}\\\\]");

  /// The URL, or null where it is not absolute http(s), has user info, or can't be read.
  static @Nullable ToolUrl parse(String text) {
    if (!ABSOLUTE.matcher(text).matches() || BLANK_OR_CONTROL.matcher(text).find()) {
      return null;
    }
    HttpUrl url = HttpUrl.parse(text);
    return url == null ? null : new ToolUrl(url);
  }

  String host() {
    return target.host();
  }

  boolean isHttps() {
    return target.isHttps();
  }
}
