package dev.onceonly.http;

import dev.onceonly.core.account.Role;
import java.util.EnumSet;
import java.util.Set;

/// One method on one path.
///
/// @param method upper case
/// @param pattern a path whose segments are literals or `{variables}`, such as `/v1/runs/{run_id}`;
///   a variable takes one segment that is not empty
/// @param admitted the roles whose keys may call it; empty where no key is needed
/// @param bodyBytesMax what a longer body is refused at, with 413
/// @param unavailableAsConfigured whether the setting `unavailable_status_code` applies: an answer
///   in the 500s would let published clients go ahead unprotected
public record Route(
    String method,
    String pattern,
    Set<Role> admitted,
    int bodyBytesMax,
    boolean unavailableAsConfigured,
    Handler handler) {
  public static final int BODY_BYTES_MAX = 256 * 1024;

  public Route {
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("a path starts with a slash, was " + pattern);
    }
    if (bodyBytesMax < 0 || bodyBytesMax > 64 << 20) {
      throw new IllegalArgumentException("bodyBytesMax is 0 to 64 MiB, was " + bodyBytesMax);
    }
    admitted = Set.copyOf(admitted);
  }

  public static Route get(String pattern, Set<Role> admitted, Handler handler) {
    return keyed("GET", pattern, admitted, handler);
  }

  public static Route post(String pattern, Set<Role> admitted, Handler handler) {
    return keyed("POST", pattern, admitted, handler);
  }

  public static Route put(String pattern, Set<Role> admitted, Handler handler) {
    return keyed("PUT", pattern, admitted, handler);
  }

  public static Route patch(String pattern, Set<Role> admitted, Handler handler) {
    return keyed("PATCH", pattern, admitted, handler);
  }

  public static Route delete(String pattern, Set<Role> admitted, Handler handler) {
    return keyed("DELETE", pattern, admitted, handler);
  }

  /// A page for everybody: no key is asked for, and HEAD is answered too.
  public static Route open(String pattern, Handler handler) {
    return new Route("GET", pattern, EnumSet.noneOf(Role.class), BODY_BYTES_MAX, false, handler);
  }

  /// As [#open(String, Handler)] for a form that is sent.
  public static Route openPost(String pattern, Handler handler) {
    return new Route("POST", pattern, EnumSet.noneOf(Role.class), BODY_BYTES_MAX, false, handler);
  }

  private static Route keyed(String method, String pattern, Set<Role> admitted, Handler handler) {
    if (admitted.isEmpty()) {
      throw new IllegalArgumentException(method + " " + pattern + " admits nobody");
    }
    return new Route(method, pattern, admitted, BODY_BYTES_MAX, false, handler);
  }

  public Route withBodyBytesMax(int bytes) {
    return new Route(method, pattern, admitted, bytes, unavailableAsConfigured, handler);
  }

  public Route withUnavailableAsConfigured() {
    return new Route(method, pattern, admitted, bodyBytesMax, true, handler);
  }

  public boolean isOpen() {
    return admitted.isEmpty();
  }

  public boolean admits(Role role) {
    return admitted.contains(role);
  }
}
