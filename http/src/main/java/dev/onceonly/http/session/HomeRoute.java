package dev.onceonly.http.session;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.ui.SignInPage;

/// `/`, where a person comes who knows only the host: to the list of runs, or to sign in first. For
/// programs there is nothing here.
public final class HomeRoute {
  private static final int SEE_OTHER = 303;

  private final Sessions sessions;
  private final SessionCookie cookie;

  public HomeRoute(Sessions sessions, Front front) {
    this.sessions = sessions;
    this.cookie = new SessionCookie(front);
  }

  public Route route() {
    return Route.open("/", this::home);
  }

  private Reply home(Request request) {
    if (!request.prefersHtml()) {
      throw new Failure(ErrorCode.NOT_FOUND, "nothing for programs");
    }
    String id = cookie.read(request);
    return id != null && sessions.find(id) != null
        ? Reply.bytes(SEE_OTHER, Reply.HTML, new byte[0])
            .with("Location", SignInPage.HOME)
            .with("Cache-Control", "no-store")
            .with("Vary", "Accept, Cookie")
        : SignInPage.page();
  }
}
