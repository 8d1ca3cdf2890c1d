package dev.onceonly.http.gate;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Caller;
import dev.onceonly.http.Gate;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import java.util.Map;

/// Admits by API key, then by role, then by rate. Thread-safe.
public final class ApiKeyGate implements Gate {
  private final Authenticator authenticator;
  private final RateLimiter rateLimiter;

  public ApiKeyGate(Authenticator authenticator, RateLimiter rateLimiter) {
    this.authenticator = authenticator;
    this.rateLimiter = rateLimiter;
  }

  @Override
  public Caller admit(Request request, Route route) {
    Caller caller = authenticator.authenticate(request.header("Authorization"));
    request.authenticated(caller);
    return admit(caller, route);
  }

  /// Admits a caller who is known already, by role and rate.
  ///
  /// @throws Failure `FORBIDDEN` or `RATE_LIMITED`
  public Caller admit(Caller caller, Route route) {
    if (!route.admits(caller.role())) {
      String role = caller.role().wireName();
      throw new Failure(ErrorCode.FORBIDDEN, "role " + role, Map.of("role", role), 0);
    }
    int seconds = rateLimiter.secondsToWait(caller.keyId());
    if (seconds > 0) {
      throw new Failure(ErrorCode.RATE_LIMITED, "key " + caller.keyId(), Map.of(), seconds);
    }
    return caller;
  }
}
