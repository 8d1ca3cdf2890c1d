package dev.onceonly.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpSecurity;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Stands where Helidon's own routing would, and hands every request to the [Dispatcher]: Helidon
/// decodes a path before it matches it, and answers a wrong method with 404.
final class WireRouting implements HttpRouting {
  private static final Header JSON =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Reply.JSON);
  private static final HeaderName REQUEST_ID = HeaderNames.create(RequestIds.HEADER);
  private static final Logger LOGGER = Logger.getLogger(WireRouting.class.getName());
  private static final byte[] NOTHING = {};

  private final Dispatcher dispatcher;
  private final Map<String, Header> contentTypes = new ConcurrentHashMap<>();

  WireRouting(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  @Override
  public void route(ConnectionContext context, RoutingRequest request, RoutingResponse response) {
    PacedContext connection = (PacedContext) context;
    Pace pace = connection.pace();
    try {
      pace.handlingStarts();
      connection.headersEnded();
      WireRequest incoming = new WireRequest(request, connection);
      Reply reply = dispatcher.answer(incoming);
      boolean reusable =
          !connection.isEnding() && !incoming.askedToClose() && incoming.clearedForReuse();
      pace.answerStarts();
      send(reply, response, incoming.target().method().equals("HEAD"), reusable);
      reusable &= connection.requestEnded();
      if (reusable || !incoming.hasUnreadBody()) {
        pace.idleStarts();
      }
      if (!reusable) {
        throw new CloseConnectionException("answered, and not to be used again");
      }
    } catch (CloseConnectionException ended) {
      throw ended;
    } catch (ConnectionLost lost) {
      throw new CloseConnectionException("no answer possible", lost);
    } catch (RuntimeException | Error unsendable) {
      LOGGER.log(Level.SEVERE, "an answer could not be sent", unsendable);
      throw new CloseConnectionException("no answer possible", unsendable);
    }
  }

  private void send(Reply reply, RoutingResponse response, boolean headersOnly, boolean reusable) {
    response.status(Status.create(reply.status()));
    response.header(contentType(reply.contentType()));
    for (Reply.Line line : reply.headers()) {
      response.header(HeaderValues.create(headerName(line.name()), line.value()));
    }
    if (!reusable) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    long length = reply.length();
    if (length >= 0) {
      response.headers().contentLength(length);
    }
    Reply.Body streamed = reply.streamed();
    if (headersOnly) {
      response.send(NOTHING);
    } else if (streamed != null) {
      stream(streamed, response);
    } else if (length <= HttpSettings.PIECE_BYTES) {
      response.send(reply.body());
    } else {
      stream(new Reply.Shared(reply.body()), response);
    }
  }

  // Not closed where writing fails: closing would end the body as if it were whole.
  private static void stream(Reply.Body body, RoutingResponse response) {
    try {
      OutputStream out = response.outputStream();
      body.writeTo(out);
      out.close();
      response.commit();
    } catch (IOException | UncheckedIOException lost) {
      throw new ConnectionLost("the peer closed, or was too slow, before it had the whole answer");
    }
  }

  // Identity first: nearly every answer carries the constant.
  @SuppressWarnings("ReferenceEquality")
  private Header contentType(String contentType) {
    return contentType == Reply.JSON
        ? JSON
        : contentTypes.computeIfAbsent(
            contentType, text -> HeaderValues.createCached(HeaderNames.CONTENT_TYPE, text));
  }

  private static HeaderName headerName(String name) {
    return name.equals(RequestIds.HEADER) ? REQUEST_ID : WireRequest.name(name);
  }

  @Override
  public HttpSecurity security() {
    return HttpSecurity.create();
  }
}
