package dev.onceonly.http.session;

import dev.onceonly.core.Failure;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.gate.Authenticator;
import dev.onceonly.http.gate.RateLimiter;
import dev.onceonly.http.input.Problems;
import dev.onceonly.http.input.Query;
import dev.onceonly.http.input.TextRule;
import dev.onceonly.http.observe.FailureLog;
import dev.onceonly.http.ui.SignInPage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `/ui/sign-in` and `/ui/sign-out`, which the pages' forms are sent to.
public final class SignInRoutes {
  private static final String SIGN_IN = "/ui/sign-in";
  private static final int FORM_BYTES_MAX = 4 * 1_024;
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String EVERYBODY = "everybody";

  private final Authenticator authenticator;
  private final Sessions sessions;
  private final Throttle throttle;
  private final Front front;
  private final SessionCookie cookie;
  private final FailureLog log;

  /// How often signing in may be tried, with a right key or a wrong one.
  ///
  /// @param eachAddress for one remote address
  /// @param all for all of them
  public record Throttle(RateLimiter eachAddress, RateLimiter all) {

    // The address first: one that is over its limit takes nothing from the others.
    int secondsToWait(String address) {
      int seconds = eachAddress.secondsToWait(address);
      return seconds > 0 ? seconds : all.secondsToWait(EVERYBODY);
    }
  }

  public SignInRoutes(
      Authenticator authenticator,
      Sessions sessions,
      Throttle throttle,
      Front front,
      FailureLog log) {
    this.authenticator = authenticator;
    this.sessions = sessions;
    this.throttle = throttle;
    this.front = front;
    this.log = log;
    this.cookie = new SessionCookie(front);
  }

  public List<Route> routes() {
    return List.of(
        Route.openPost(SIGN_IN, this::signIn).withBodyBytesMax(FORM_BYTES_MAX),
        Route.openPost("/ui/sign-out", this::signOut).withBodyBytesMax(FORM_BYTES_MAX));
  }

  private Reply signIn(Request request) {
    if (!front.isSameOrigin(request)) {
      return SignInPage.refusal(403, "Please sign in from this site’s own page.", "");
    }
    if (!isForm(request.header("Content-Type"))) {
      return SignInPage.refusal(415, "The form was sent in a way that is not understood.", "");
    }
    Problems problems = new Problems();
    Query form =
        Query.parse(new String(request.bodyBytes(), StandardCharsets.ISO_8859_1), problems);
    String apiKey = form.optionalText("api_key", TextRule.of(0, FORM_BYTES_MAX));
    String given = form.optionalText("return_to", TextRule.of(0, FORM_BYTES_MAX));
    String returnTo = given == null ? "" : SignInPage.localPage(given);
    if (!problems.isEmpty()) {
      return SignInPage.refusal(422, "The form was sent in a way that is not understood.", "");
    }
    int seconds = throttle.secondsToWait(front.throttled(request));
    if (seconds > 0) {
      return SignInPage.refusal(429, "Too many attempts. Please wait a moment.", returnTo)
          .with("Retry-After", Integer.toString(seconds));
    }
    return started(request, apiKey == null ? "" : apiKey.strip(), returnTo);
  }

  private Reply started(Request request, String apiKey, String returnTo) {
    if (apiKey.isEmpty()) {
      return SignInPage.refusal(422, "Please enter an API key.", returnTo);
    }
    try {
      authenticator.authenticate("Bearer " + apiKey);
    } catch (Failure refused) {
      log.thrown(request.place(SIGN_IN), refused);
      return SignInPage.refusal(403, "This API key is not valid, or it is disabled.", returnTo);
    }
    endSession(request);
    String id = sessions.start(apiKey);
    return seeOther(returnTo.isEmpty() ? SignInPage.HOME : returnTo)
        .with("Set-Cookie", cookie.set(request, id));
  }

  private Reply signOut(Request request) {
    if (!front.isSameOrigin(request)) {
      return SignInPage.refusal(403, "Please sign out from this site’s own page.", "");
    }
    endSession(request);
    return seeOther(SignInPage.HOME).with("Set-Cookie", cookie.clear(request));
  }

  private void endSession(Request request) {
    String id = cookie.read(request);
    if (id != null) {
      sessions.end(id);
    }
  }

  private static Reply seeOther(String location) {
    return Reply.bytes(303, Reply.HTML, new byte[0])
        .with("Location", location)
        .with("Cache-Control", "no-store");
  }

  private static boolean isForm(@Nullable String contentType) {
    return contentType != null
        && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(FORM);
  }
}
