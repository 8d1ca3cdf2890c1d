package dev.onceonly.http;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Gives what Helidon refuses by itself (a garbled request line, a bad header) the shape of all our
/// errors. Such a connection is closed: where its next request starts, nobody knows.
final class FrameworkErrors implements DirectHandler {
  /// What Helidon says of headers that are too long, and we of too many.
  static final String HEADERS_TOO_LARGE = "Header size exceeded";

  private static final Logger LOGGER = Logger.getLogger(FrameworkErrors.class.getName());

  private final ErrorMapping errors;

  FrameworkErrors(ErrorMapping errors) {
    this.errors = errors;
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
    LOGGER.fine(() -> "refused with " + status.code() + ": " + message);
    Reply reply = reply(status.code(), message);
    errors.answered(reply, null, "");
    TransportResponse.Builder response =
        TransportResponse.builder()
            .status(Status.create(reply.status()))
            .header(HeaderValues.create(HeaderNames.CONTENT_TYPE, reply.contentType()))
            .header(HeaderNames.create(RequestIds.HEADER), RequestIds.random())
            .keepAlive(false)
            .entity(reply.body());
    for (Reply.Line line : reply.headers()) {
      response.header(HeaderNames.create(line.name()), line.value());
    }
    return response.build();
  }

  private Reply reply(int status, @Nullable String message) {
    return switch (status) {
      case 400 ->
          coded(
              HEADERS_TOO_LARGE.equals(message)
                  ? ErrorCode.HEADERS_TOO_LARGE
                  : ErrorCode.BAD_REQUEST);
      case 413 -> coded(ErrorCode.BODY_TOO_LARGE);
      case 414 -> coded(ErrorCode.URI_TOO_LONG);
      case 429 -> coded(ErrorCode.OVERLOADED);
      case 431 -> coded(ErrorCode.HEADERS_TOO_LARGE);
      case 501 -> errors.text(501, "Not Implemented");
      case 503 -> coded(ErrorCode.OVERLOADED);
      case 505 -> errors.text(505, "HTTP Version Not Supported");
      // Our routing lets nothing through, so even Helidon's 500 is about what it was sent.
      default -> coded(ErrorCode.BAD_REQUEST);
    };
  }

  private Reply coded(ErrorCode code) {
    return errors.reply(new Failure(code, "refused by the framework"), null, "");
  }
}
