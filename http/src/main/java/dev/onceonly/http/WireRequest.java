package dev.onceonly.http;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.http.memory.Holding;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Reads a request from Helidon.
final class WireRequest implements Incoming {
  // Only names that our own code asks for get in here, so it stays small.
  private static final Map<String, HeaderName> NAMES = new ConcurrentHashMap<>();
  private static final int CHUNK_BYTES = 2 * 1024;
  private static final int DISCARDED_CHUNK_BYTES = 2 * 1024;

  // What a body's byte costs: itself, the array that it grows out of, and the text that is made of
  // it. Its parsed value is counted while it is parsed.
  private static final int BODY_BYTE_COSTS = 3;

  // A chunk's frame may be longer than what is in it.
  private static final int FRAME_SHARE = 8;

  private final RoutingRequest request;
  private final ServerRequestHeaders headers;
  private final PacedContext connection;
  private final Pace pace;
  private final Request.Target target;
  private final boolean chunked;
  private final long contentLength;

  WireRequest(RoutingRequest request, PacedContext connection) {
    this.request = request;
    this.headers = request.headers();
    this.connection = connection;
    this.pace = connection.pace();
    HttpPrologue prologue = request.prologue();
    String query = prologue.hasQuery() ? prologue.query().rawValue() : "";
    String odd = connection.dataReader().oddMethod();
    String method = odd == null ? prologue.method().text() : odd;
    this.target = new Request.Target(method, pathOf(prologue.uriPath().rawPath()), query);
    this.chunked = headers.contains(HeaderNames.TRANSFER_ENCODING);
    this.contentLength = chunked ? -1 : headers.contentLength().orElse(0);
  }

  static HeaderName name(String name) {
    HeaderName known = NAMES.get(name);
    if (known == null) {
      known = HeaderNames.create(name);
      NAMES.put(name, known);
    }
    return known;
  }

  // A proxy may send the absolute form; whose host it names is not ours to judge.
  private static String pathOf(String rawPath) {
    if (rawPath.startsWith("/")) {
      return rawPath;
    }
    int authority = rawPath.indexOf("://");
    int slash = authority < 0 ? -1 : rawPath.indexOf('/', authority + 3);
    return slash < 0 ? "/" : rawPath.substring(slash);
  }

  @Override
  public Request.Target target() {
    return target;
  }

  @Override
  public Request.Headers headers() {
    return this::header;
  }

  private @Nullable String header(String name) {
    return headers.first(name(name)).orElse(null);
  }

  @Override
  public void admitted() {
    connection.admitted();
  }

  @Override
  public Holding holding() {
    return connection.holding();
  }

  @Override
  public void takeForAnswer(long bytes) {
    if (!connection.tryTake(bytes)) {
      throw Failure.overloaded("answers hold as much memory as they may");
    }
  }

  @Override
  public String peerAddress() {
    return request.remotePeer().address() instanceof InetSocketAddress address
            && address.getAddress() != null
        ? address.getAddress().getHostAddress()
        : request.remotePeer().host();
  }

  @Override
  public boolean hasBody() {
    return chunked || contentLength > 0;
  }

  @Override
  public byte[] body(int bytesMax) {
    if (contentLength > bytesMax) {
      throw tooLarge();
    }
    byte[] body = read(bytesMax, in -> growing(in, bytesMax));
    if (!chunked && body.length < contentLength) {
      throw new Failure(ErrorCode.BAD_REQUEST, "the body ended early");
    }
    return body;
  }

  /// Reads a body, in one way or another, while the peer has time for it.
  @FunctionalInterface
  private interface Reading<T> {
    T from(InputStream in) throws IOException;
  }

  private <T> T read(int bytesMax, Reading<T> reading) {
    pace.bodyStarts();
    connection.bodyStarts((long) bytesMax * FRAME_SHARE);
    try {
      // Not closed: closing would wait for the peer's next bytes.
      T result = reading.from(request.content().inputStream());
      pace.bodyEnded();
      return result;
    } catch (RequestException garbled) {
      if (garbled.status().code() == 413) {
        throw tooLarge();
      }
      throw new Failure(ErrorCode.BAD_REQUEST, "garbled body");
    } catch (IllegalArgumentException | DataReader.IncorrectNewLineException garbled) {
      // A chunk's size that is no number, which Helidon does not catch.
      throw new Failure(ErrorCode.BAD_REQUEST, "garbled body");
    } catch (DataReader.InsufficientDataAvailableException ended) {
      throw new Failure(ErrorCode.BAD_REQUEST, "the body ended early");
    } catch (CloseConnectionException lost) {
      throw new ConnectionLost("the peer closed");
    } catch (IOException | UncheckedIOException lost) {
      throw new ConnectionLost("the peer closed");
    } finally {
      connection.bodyStarts(0);
    }
  }

  // One byte more than is announced or allowed, because Helidon takes a body as read only when it
  // has been asked for the end.
  private byte[] growing(InputStream in, int bytesMax) throws IOException {
    long lengthMax = (chunked ? bytesMax : contentLength) + 1;
    byte[] body = new byte[(int) Math.min(CHUNK_BYTES, lengthMax)];
    holding().take((long) BODY_BYTE_COSTS * body.length);
    int filled = 0;
    while (true) {
      int read = in.read(body, filled, body.length - filled);
      if (read < 0) {
        return filled == body.length ? body : Arrays.copyOf(body, filled);
      }
      filled += read;
      if (filled == lengthMax) {
        throw tooLarge();
      }
      if (filled == body.length) {
        int larger = (int) Math.min(2L * filled, lengthMax);
        holding().take((long) BODY_BYTE_COSTS * (larger - filled));
        body = Arrays.copyOf(body, larger);
      }
    }
  }

  private static Failure tooLarge() {
    return new Failure(ErrorCode.BODY_TOO_LARGE, "the body is too large");
  }

  /// Whether the connection can be used again once the answer is sent: nothing of the body is left
  /// on it, or little enough to be read and thrown away.
  boolean clearedForReuse() {
    if (!hasUnreadBody()) {
      return true;
    }
    int bytesMax = connection.isKeyed() ? Route.BODY_BYTES_MAX : HttpSettings.DISCARDED_BYTES_MAX;
    if (chunked || contentLength > bytesMax || headers.containsToken(HeaderValues.EXPECT_100)) {
      return false;
    }
    try {
      return read(bytesMax, in -> discarded(in, bytesMax)) && request.content().consumed();
    } catch (Failure | IllegalStateException alreadyGivenUp) {
      return false;
    }
  }

  private static boolean discarded(InputStream in, int bytesMax) throws IOException {
    byte[] chunk = new byte[DISCARDED_CHUNK_BYTES];
    long left = bytesMax;
    int read = in.read(chunk);
    while (read >= 0 && left >= 0) {
      left -= read;
      read = in.read(chunk);
    }
    return read < 0;
  }

  boolean hasUnreadBody() {
    return hasBody() && !request.content().consumed();
  }

  boolean askedToClose() {
    // Most requests have no such header, and looking for a token splits it.
    return headers.contains(HeaderNames.CONNECTION)
        && headers.containsToken(HeaderValues.CONNECTION_CLOSE);
  }
}
