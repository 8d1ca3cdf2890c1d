package dev.onceonly.http.ui;

import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What stands around every page.
///
/// @param styleHref of the style sheet
/// @param account whose data it shows; null where nobody is signed in
/// @param session whether there is one that can be ended
record Layout(String title, String styleHref, @Nullable String account, boolean session) {
  // Nothing but the style sheet and the icon is loaded, and nothing runs.
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
          + "base-uri 'none'; frame-ancestors 'none'";

  static Layout of(String title, Request request) {
    return new Layout(
        title,
        UiFiles.styleHref(),
        request.caller().namespace().name() + " · " + request.caller().keyPreview(),
        request.header("Authorization") == null);
  }

  static Layout signedOut(String title) {
    return new Layout(title, UiFiles.styleHref(), null, false);
  }

  /// A page as an answer. `same-origin`, because with `no-referrer` browsers send their forms with
  /// the origin `null`.
  static Reply reply(int status, String template, Object model) {
    return guarded(Reply.html(status, Templates.render(template, model)));
  }

  /// As [#reply(int, String, Object)], written while it is sent.
  static Reply streamed(int status, String template, Object model) {
    return guarded(
        Reply.streamed(
            status,
            Reply.HTML,
            out -> {
              Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
              Templates.render(template, model, writer);
              writer.flush();
            }));
  }

  private static Reply guarded(Reply page) {
    return page.with("Content-Security-Policy", POLICY)
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "same-origin")
        .with("Cache-Control", "no-store")
        .with("Vary", "Accept, Cookie");
  }
}
