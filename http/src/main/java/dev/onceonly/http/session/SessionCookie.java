package dev.onceonly.http.session;

import dev.onceonly.http.Request;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The cookie that carries a session's id. Where the connection is encrypted its name begins with
/// `__Host-`, by which browsers let no other host and no clear-text page set it.
record SessionCookie(Front front) {
  private static final String NAME = "onceonly_session";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{43}");

  /// The session id that the request brings, or null.
  @Nullable String read(Request request) {
    String cookies = request.header("Cookie");
    if (cookies == null) {
      return null;
    }
    String prefix = name(request) + "=";
    for (String cookie : cookies.split(";", -1)) {
      String pair = cookie.strip();
      if (pair.startsWith(prefix)) {
        String id = pair.substring(prefix.length());
        return ID.matcher(id).matches() ? id : null;
      }
    }
    return null;
  }

  /// The `Set-Cookie` that hands a session to the browser.
  String set(Request request, String id) {
    return line(request, id, Sessions.LIFETIME.toSeconds());
  }

  /// The `Set-Cookie` that takes it away.
  String clear(Request request) {
    return line(request, "", 0);
  }

  private String line(Request request, String value, long maxAgeSeconds) {
    return name(request)
        + "="
        + value
        + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
        + maxAgeSeconds
        + (front.isSecure(request) ? "; Secure" : "");
  }

  private String name(Request request) {
    return front.isSecure(request) ? "__Host-" + NAME : NAME;
  }
}
