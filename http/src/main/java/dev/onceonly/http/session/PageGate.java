package dev.onceonly.http.session;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Caller;
import dev.onceonly.http.Gate;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.gate.ApiKeyGate;

/// Admits browsers by their session, to pages only: where a route has a page, the client prefers
/// it, and no key is given. Everybody else is asked for a key, whatever cookie comes along.
/// Thread-safe.
public final class PageGate implements Gate {
  private final ApiKeyGate keys;
  private final Sessions sessions;
  private final SessionCookie cookie;

  public PageGate(ApiKeyGate keys, Sessions sessions, Front front) {
    this.keys = keys;
    this.sessions = sessions;
    this.cookie = new SessionCookie(front);
  }

  @Override
  public Caller admit(Request request, Route route) {
    if (!route.isPage() || request.header("Authorization") != null || !request.prefersHtml()) {
      return keys.admit(request, route);
    }
    String id = cookie.read(request);
    Caller caller = id == null ? null : sessions.find(id);
    if (caller == null) {
      throw new Failure(ErrorCode.MISSING_TOKEN, "no session");
    }
    request.authenticated(caller);
    return keys.admit(caller, route);
  }
}
