package dev.onceonly.http.ui;

import dev.onceonly.http.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The form that takes an API key.
public final class SignInPage {
  /// Where a browser goes that has come from nowhere.
  public static final String HOME = "/v1/runs";

  // In the form, beside the key, within what a form may have.
  private static final int RETURN_CHARS_MAX = 3_000;

  private SignInPage() {}

  record View(Layout layout, @Nullable String message, String returnTo) {}

  /// The form with what went wrong.
  ///
  /// @param returnTo the page to go to afterwards; empty for the first page
  public static Reply refusal(int status, String message, String returnTo) {
    return reply(status, message, returnTo);
  }

  /// The form by itself, for who has come from nowhere.
  public static Reply page() {
    return reply(200, null, "");
  }

  /// The form by itself, for a page that needs signing in.
  static Reply form(int status, String returnTo) {
    return reply(status, null, returnTo);
  }

  /// The target, if it is one of our pages; else empty. Nothing else may follow a sign-in: a link
  /// that leads elsewhere after it would look like ours.
  public static String localPage(String target) {
    String tail = target.startsWith(HOME) ? target.substring(HOME.length()) : "-";
    boolean ours = tail.isEmpty() || tail.startsWith("/") || tail.startsWith("?");
    boolean plain = target.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '\\');
    return ours
            && plain
            && URLEncoder.encode(target, StandardCharsets.UTF_8).length() <= RETURN_CHARS_MAX
        ? target
        : "";
  }

  private static Reply reply(int status, @Nullable String message, String returnTo) {
    View view = new View(Layout.signedOut("Sign in"), message, returnTo);
    return Layout.reply(status, "sign-in", view);
  }
}
