package dev.onceonly.http;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
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
  private static final int CHUNK_BYTES = 8 * 1024;

  private final RoutingRequest request;
  private final ServerRequestHeaders headers;
  private final Pace pace;
  private final Request.Target target;
  private final boolean chunked;
  private final long contentLength;

  WireRequest(RoutingRequest request, Pace pace) {
    this.request = request;
    this.headers = request.headers();
    this.pace = pace;
    HttpPrologue prologue = request.prologue();
    String query = prologue.hasQuery() ? prologue.query().rawValue() : "";
    this.target =
        new Request.Target(prologue.method().text(), pathOf(prologue.uriPath().rawPath()), query);
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
    pace.bodyStarts();
    byte[] body = read(bytesMax);
    pace.bodyEnded();
    return body;
  }

  private byte[] read(int bytesMax) {
    try {
      // Not closed: closing would wait for the peer's next bytes.
      InputStream in = request.content().inputStream();
      return chunked ? growing(in, bytesMax) : exactly(in, (int) contentLength);
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
    }
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] body = new byte[length];
    int filled = in.readNBytes(body, 0, length);
    // Helidon takes a body as read only when it has been asked for the end.
    if (filled < length || in.read() >= 0) {
      throw new Failure(ErrorCode.BAD_REQUEST, "the body ended early");
    }
    return body;
  }

  private static byte[] growing(InputStream in, int bytesMax) throws IOException {
    byte[] body = new byte[Math.min(CHUNK_BYTES, bytesMax + 1)];
    int filled = 0;
    while (true) {
      int read = in.read(body, filled, body.length - filled);
      if (read < 0) {
        return Arrays.copyOf(body, filled);
      }
      filled += read;
      if (filled > bytesMax) {
        throw tooLarge();
      }
      if (filled == body.length) {
        body = Arrays.copyOf(body, (int) Math.min(2L * filled, bytesMax + 1L));
      }
    }
  }

  private static Failure tooLarge() {
    return new Failure(ErrorCode.BODY_TOO_LARGE, "the body is too large");
  }

  /// Whether the connection can be used again once the answer is sent: nothing of the body is left
  /// on it, or little enough to be read and thrown away.
  boolean clearedForReuse(int bytesMax) {
    if (!hasUnreadBody()) {
      return true;
    }
    if (chunked || contentLength > bytesMax || headers.containsToken(HeaderValues.EXPECT_100)) {
      return false;
    }
    try {
      body(bytesMax);
      return request.content().consumed();
    } catch (Failure | IllegalStateException alreadyGivenUp) {
      return false;
    }
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
