package dev.onceonly.http;

import dev.onceonly.core.account.Role;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One method on one path.
///
/// @param method upper case
/// @param pattern a path whose segments are literals or `{variables}`, such as `/v1/runs/{run_id}`;
///   a variable takes one segment that is not empty
/// @param admitted the roles whose keys may call it; empty where no key is needed
/// @param terms what is special about it
public record Route(
    String method, String pattern, Set<Role> admitted, Terms terms, Handler handler) {
  public static final int BODY_BYTES_MAX = 256 * 1024;

  /// What is special about a route.
  ///
  /// @param bodyBytesMax what a longer body is refused at, with 413
  /// @param unavailableAsConfigured whether the setting `unavailable_status_code` applies: an
  ///   answer in the 500s would let published clients go ahead unprotected
  /// @param errorPages how it refuses a browser; null where it answers with JSON only
  public record Terms(
      int bodyBytesMax, boolean unavailableAsConfigured, @Nullable ErrorPages errorPages) {
    static final Terms USUAL = new Terms(BODY_BYTES_MAX, false, null);

    public Terms {
      if (bodyBytesMax < 0 || bodyBytesMax > 64 << 20) {
        throw new IllegalArgumentException("bodyBytesMax is 0 to 64 MiB, was " + bodyBytesMax);
      }
    }
  }

  public Route {
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("a path starts with a slash, was " + pattern);
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

  /// A read of the API that browsers get as a page: JSON unless [Request#prefersHtml()].
  public static Route page(
      String pattern, Set<Role> admitted, ErrorPages errorPages, Handler handler) {
    return get(pattern, admitted, handler).with(new Terms(BODY_BYTES_MAX, false, errorPages));
  }

  /// A page for everybody: no key is asked for, and HEAD is answered too.
  public static Route open(String pattern, Handler handler) {
    return new Route("GET", pattern, EnumSet.noneOf(Role.class), Terms.USUAL, handler);
  }

  /// As [#open(String, Handler)] for a form that is sent.
  public static Route openPost(String pattern, Handler handler) {
    return new Route("POST", pattern, EnumSet.noneOf(Role.class), Terms.USUAL, handler);
  }

  private static Route keyed(String method, String pattern, Set<Role> admitted, Handler handler) {
    if (admitted.isEmpty()) {
      throw new IllegalArgumentException(method + " " + pattern + " admits nobody");
    }
    return new Route(method, pattern, admitted, Terms.USUAL, handler);
  }

  public Route withBodyBytesMax(int bytes) {
    return with(new Terms(bytes, unavailableAsConfigured(), errorPages()));
  }

  public Route withUnavailableAsConfigured() {
    return with(new Terms(bodyBytesMax(), true, errorPages()));
  }

  private Route with(Terms changed) {
    return new Route(method, pattern, admitted, changed, handler);
  }

  public int bodyBytesMax() {
    return terms.bodyBytesMax;
  }

  public boolean unavailableAsConfigured() {
    return terms.unavailableAsConfigured;
  }

  public @Nullable ErrorPages errorPages() {
    return terms.errorPages;
  }

  /// Whether browsers may ask for it with a session instead of a key.
  public boolean isPage() {
    return terms.errorPages != null;
  }

  public boolean isOpen() {
    return admitted.isEmpty();
  }

  public boolean admits(Role role) {
    return admitted.contains(role);
  }
}
