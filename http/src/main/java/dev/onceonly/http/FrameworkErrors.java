package dev.onceonly.http;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.FailureLog;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import org.jspecify.annotations.Nullable;

/// Gives what Helidon refuses by itself (a garbled request line, a bad header) the shape of all our
/// errors. Such a connection is closed: where its next request starts, nobody knows.
final class FrameworkErrors implements DirectHandler {
  /// What Helidon says of headers that are too long, and we of too many.
  static final String HEADERS_TOO_LARGE = "Header size exceeded";

  private final ErrorMapping errors;
  private final AccessLog access;

  FrameworkErrors(ErrorMapping errors, AccessLog access) {
    this.errors = errors;
    this.access = access;
  }

  DirectHandlers handlers() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (EventType type : EventType.values()) {
      handlers.addHandler(type, this);
    }
    return handlers.build();
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    // Whatever id it brings stands in headers that may be what is wrong with it.
    String id = RequestIds.random();
    FailureLog.Place place = ErrorMapping.place(null, id);
    Reply reply = reply(status.code(), message, id);
    errors.answered(reply, place);
    access.write("none", place, new AccessLog.Answered(reply.status(), 0, reply.length()));
    TransportResponse.Builder response =
        TransportResponse.builder()
            .status(Status.create(reply.status()))
            .header(HeaderValues.create(HeaderNames.CONTENT_TYPE, reply.contentType()))
            .header(HeaderNames.create(RequestIds.HEADER), id)
            .keepAlive(false)
            .entity(reply.body());
    for (Reply.Line line : reply.headers()) {
      response.header(HeaderNames.create(line.name()), line.value());
    }
    return response.build();
  }

  private Reply reply(int status, @Nullable String message, String id) {
    return switch (status) {
      case 400 ->
          coded(
              HEADERS_TOO_LARGE.equals(message)
                  ? ErrorCode.HEADERS_TOO_LARGE
                  : ErrorCode.BAD_REQUEST,
              id);
      case 413 -> coded(ErrorCode.BODY_TOO_LARGE, id);
      case 414 -> coded(ErrorCode.URI_TOO_LONG, id);
      case 429 -> coded(ErrorCode.OVERLOADED, id);
      case 431 -> coded(ErrorCode.HEADERS_TOO_LARGE, id);
      case 501 -> errors.text(501, "Not Implemented");
      case 503 -> coded(ErrorCode.OVERLOADED, id);
      case 505 -> errors.text(505, "HTTP Version Not Supported");
      // Our routing lets nothing through, so even Helidon's 500 is about what it was sent.
      default -> coded(ErrorCode.BAD_REQUEST, id);
    };
  }

  private Reply coded(ErrorCode code, String id) {
    return errors.reply(new Failure(code, "refused by the framework"), null, id);
  }
}
