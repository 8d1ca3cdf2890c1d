package dev.onceonly.http.ui;

import dev.onceonly.core.Sha256;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Route;
import dev.onceonly.http.page.Files;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The style sheet and the icon of the pages, which need no key.
public final class UiFiles {
  private static final String FOLDER = "/dev/onceonly/http/ui/";
  private static final int VERSION_CHARS = 12;

  private UiFiles() {}

  public static List<Route> routes() {
    return List.of(
        Route.open("/ui/timeline.css", _ -> file("timeline.css", "text/css; charset=utf-8")),
        Route.open("/ui/icon.svg", _ -> file("icon.svg", "image/svg+xml")));
  }

  /// Where the style sheet is; changes with its content, so that a browser may keep it.
  static String styleHref() {
    String text = new String(bytes("timeline.css"), StandardCharsets.UTF_8);
    return "/ui/timeline.css?v=" + Sha256.hex(text).substring(0, VERSION_CHARS);
  }

  static byte[] bytes(String name) {
    return Files.bytes(FOLDER + name);
  }

  private static Reply file(String name, String contentType) {
    return Reply.bytes(200, contentType, bytes(name))
        .with("Cache-Control", "max-age=86400")
        .with("Content-Security-Policy", "default-src 'none'")
        .with("X-Content-Type-Options", "nosniff");
  }
}
