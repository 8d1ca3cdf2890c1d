package dev.onceonly.http;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.http.Router.Match;
import dev.onceonly.http.input.PathVariables;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.FailureLog;
import dev.onceonly.http.observe.RouteMeter;
import dev.onceonly.http.observe.ServerMetrics;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Takes a request through its checks, in the order of the contract: path (404, 405), key (401,
/// 403), role (403), rate (429), content type (415), size (413), then the handler with its schema
/// (422). Thread-safe.
final class Dispatcher {
  // Never sent: how the metrics count a request whose body didn't come.
  private static final int CLIENT_CLOSED = 499;

  private final Router router;
  private final Gate gate;
  private final ErrorMapping errors;
  private final AccessLog access;
  private final LongSupplier nanoTime;
  private final IdentityHashMap<Route, RouteMeter> meters = new IdentityHashMap<>();
  private final RouteMeter unmatched;

  Dispatcher(HttpServer.Parts parts) {
    this.router = new Router(parts.routes());
    this.gate = parts.gate();
    this.errors = parts.errors();
    this.access = parts.access();
    this.nanoTime = parts.nanoTime();
    ServerMetrics metrics = parts.metrics();
    for (Route route : router.routes()) {
      meters.put(route, metrics.meter(route.method(), route.pattern()));
    }
    this.unmatched = metrics.meter("none", "none");
  }

  /// An answer, and whose.
  ///
  /// @param method for the log, `none` where no route was found
  record Answer(Reply reply, @Nullable Route route, String method, Request request) {
    private Answer with(Reply changed) {
      return new Answer(changed.with(RequestIds.HEADER, request.id()), route, method, request);
    }
  }

  /// Answers anything; what a handler threw becomes an answer too.
  ///
  /// @throws ConnectionLost where nobody is there to be answered
  Answer answer(Incoming incoming) {
    long arrivedNanos = nanoTime.getAsLong();
    Match match = router.match(incoming.target().method(), incoming.target().rawPath());
    Route route = match instanceof Match.Found(var found, _) ? found : null;
    PathVariables variables =
        match instanceof Match.Found(_, var named) ? named : PathVariables.NONE;
    RouteMeter meter = route == null ? unmatched : meters.getOrDefault(route, unmatched);
    String givenId = incoming.headers().get(RequestIds.HEADER);
    boolean givenIdValid = givenId != null && RequestIds.isValid(givenId);
    String id = givenId != null && givenIdValid ? givenId : RequestIds.random();
    Request request = new Request(incoming, variables, id, arrivedNanos);
    String method = route == null ? "none" : incoming.target().method();
    meter.started();
    Reply reply;
    try {
      reply =
          switch (match) {
            case Match.NoSuchPath() -> errors.notFound();
            case Match.WrongMethod(String allow) -> errors.methodNotAllowed(allow);
            case Match.Found(Route admitting, _) -> {
              boolean idUsable = givenId == null || givenIdValid;
              ErrorPages errorPages = admitting.errorPages();
              yield errorPages != null && request.prefersHtml()
                  ? shown(request, admitting, incoming, idUsable, errorPages)
                  : handled(request, admitting, incoming, idUsable);
            }
          };
      errors.answered(reply, place(request, route));
      hold(reply, incoming);
    } catch (ConnectionLost lost) {
      meter.ended(CLIENT_CLOSED, nanoTime.getAsLong() - arrivedNanos);
      over(method, request, route, CLIENT_CLOSED, 0);
      throw lost;
    } catch (RuntimeException | Error thrown) {
      reply = refused(thrown, route, request);
    }
    meter.ended(reply.status(), nanoTime.getAsLong() - arrivedNanos);
    return new Answer(reply.with(RequestIds.HEADER, id), route, method, request);
  }

  private static FailureLog.Place place(Request request, @Nullable Route route) {
    return request.place(route == null ? "none" : route.pattern());
  }

  /// An answer was sent, or could not be.
  ///
  /// @param status that was sent
  /// @param bytes of the body
  void sent(Answer answer, int status, long bytes) {
    over(answer.method, answer.request, answer.route, status, bytes);
  }

  private void over(String method, Request request, @Nullable Route route, int status, long bytes) {
    long tookNanos = nanoTime.getAsLong() - request.arrivedNanos();
    access.write(method, place(request, route), new AccessLog.Answered(status, tookNanos, bytes));
  }

  private Reply handled(Request request, Route route, Incoming incoming, boolean idUsable) {
    if (!route.isOpen()) {
      request.admitted(gate.admit(request, route));
    }
    if (!idUsable) {
      request.refuseHeader(
          RequestIds.HEADER.toLowerCase(Locale.ROOT), "1 to 256 visible ASCII characters");
    }
    if (!incoming.target().rawQuery().isEmpty()) {
      // Read even where the handler asks for nothing: an invalid escape is refused everywhere.
      request.query();
    }
    if (incoming.hasBody() && !route.method().equals("GET")) {
      if (!isJson(request.header("Content-Type")) && !route.isOpen()) {
        throw new Failure(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "no JSON");
      }
      request.received(incoming.body(route.bodyBytesMax()));
    }
    request.done();
    return route.handler().handle(request);
  }

  // For a browser: what is refused becomes a page too.
  private Reply shown(
      Request request, Route route, Incoming incoming, boolean idUsable, ErrorPages errorPages) {
    try {
      return handled(request, route, incoming, idUsable);
    } catch (ConnectionLost lost) {
      throw lost;
    } catch (RuntimeException | Error thrown) {
      return errorPages.page(request, refused(thrown, route, request));
    }
  }

  /// What is answered instead of a body that failed while it was written; the log and the metrics
  /// get to know it.
  ///
  /// @param failing of which nothing may have been sent
  Answer failed(Answer failing, Throwable thrown) {
    return failing.with(refused(thrown, failing.route, failing.request));
  }

  /// An answer could not be sent, for a reason that is not the peer's.
  ///
  /// @param unsent null where there is none yet
  void unsendable(Throwable thrown, @Nullable Answer unsent) {
    if (unsent == null) {
      errors.reply(thrown, null, "");
    } else {
      refused(thrown, unsent.route, unsent.request);
    }
  }

  private Reply refused(Throwable thrown, @Nullable Route route, Request request) {
    return errors.reply(thrown, route, place(request, route));
  }

  // A peer may take its time with a long answer. What has only been read is refused where there is
  // no room for that; what has been done is answered all the same.
  private static void hold(Reply reply, Incoming incoming) {
    int bytes = reply.heldBytes();
    if (bytes <= HttpSettings.PIECE_BYTES) {
      return;
    }
    if (incoming.target().method().equals("GET")) {
      incoming.takeForAnswer(bytes);
    } else {
      incoming.holding().takeAnyway(bytes);
    }
  }

  // Absent, application/json or any other …+json, with or without parameters.
  static boolean isJson(@Nullable String contentType) {
    if (contentType == null || contentType.equals("application/json")) {
      return true;
    }
    int semicolon = contentType.indexOf(';');
    String type =
        (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
            .strip()
            .toLowerCase(Locale.ROOT);
    return type.equals("application/json")
        || (type.endsWith("+json") && type.indexOf('/') > 0 && type.length() > "+json".length());
  }
}
