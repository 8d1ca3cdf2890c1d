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
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

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
    Dispatcher.Answer answer = null;
    try {
      pace.handlingStarts();
      connection.headersEnded();
      WireRequest incoming = new WireRequest(request, connection);
      answer = dispatcher.answer(incoming);
      boolean reusable =
          !connection.isEnding() && !incoming.askedToClose() && incoming.clearedForReuse();
      pace.answerStarts();
      send(new Exchange(incoming, response, pace, reusable), answer);
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
      dispatcher.unsendable(unsendable, answer);
      throw new CloseConnectionException("no answer possible", unsendable);
    }
  }

  private record Exchange(
      WireRequest incoming, RoutingResponse response, Pace pace, boolean reusable) {}

  private void send(Exchange exchange, Dispatcher.Answer answer) {
    Reply reply = answer.reply();
    long length = reply.length();
    Reply.Body streamed = reply.streamed();
    long sentBytes = 0;
    boolean again = false;
    try {
      if (exchange.incoming.target().method().equals("HEAD")) {
        begin(exchange, reply);
        exchange.response.send(NOTHING);
      } else if (length >= 0 && length <= HttpSettings.PIECE_BYTES) {
        begin(exchange, reply);
        exchange.response.send(reply.body());
        sentBytes = length;
      } else {
        Reply.Body body = streamed == null ? new Reply.Shared(reply.body()) : streamed;
        PieceStream out = pieces(exchange, reply);
        Dispatcher.Answer instead = stream(exchange, answer, body, out);
        if (instead != null) {
          again = true;
          send(exchange, instead);
        }
        sentBytes = out.written();
      }
    } catch (UncheckedIOException lost) {
      throw lost(lost);
    } finally {
      if (!again) {
        dispatcher.sent(answer, reply.status(), sentBytes);
      }
    }
  }

  private PieceStream pieces(Exchange exchange, Reply reply) {
    return new PieceStream(
        exchange.pace,
        () -> {
          begin(exchange, reply);
          return exchange.response.outputStream();
        });
  }

  private void begin(Exchange exchange, Reply reply) {
    RoutingResponse response = exchange.response;
    response.status(Status.create(reply.status()));
    response.header(contentType(reply.contentType()));
    for (Reply.Line line : reply.headers()) {
      response.header(HeaderValues.create(headerName(line.name()), line.value()));
    }
    if (!exchange.reusable) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    long length = reply.length();
    if (length >= 0) {
      response.headers().contentLength(length);
    }
  }

  // Not ended where it fails: that would end the body as if it were whole. Null where it was sent,
  // else what is to be sent instead.
  private Dispatcher.@Nullable Answer stream(
      Exchange exchange, Dispatcher.Answer answer, Reply.Body body, PieceStream out) {
    try {
      exchange.pace.answerPauses();
      body.writeTo(out);
    } catch (IOException | RuntimeException | Error failed) {
      if (out.isLost() || failed instanceof ConnectionLost) {
        throw lost(failed);
      }
      Dispatcher.Answer instead = dispatcher.failed(answer, failed);
      if (out.isStarted()) {
        throw new CloseConnectionException("half an answer was sent", failed);
      }
      exchange.pace.answerStarts();
      return instead;
    }
    if (out.isStarted()) {
      out.end();
      exchange.response.commit();
    } else {
      exchange.pace.answerGoesOn();
      begin(exchange, answer.reply());
      exchange.response.send(out.unsent());
    }
    return null;
  }

  private static ConnectionLost lost(Throwable why) {
    LOGGER.log(Level.FINEST, "the peer is gone", why);
    return new ConnectionLost("the peer closed, or was too slow, before it had the whole answer");
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
