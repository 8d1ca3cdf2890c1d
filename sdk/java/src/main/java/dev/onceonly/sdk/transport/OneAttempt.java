package dev.onceonly.sdk.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.atomic.AtomicBoolean;

/// The empty body of a GET, which can be sent once.
///
/// The JDK's client sends a GET again by itself when its connection ends before an answer, and
/// can't be told not to. Attempts are this SDK's affair: the caller says how many there may be. The
/// client asks a body for its length once in each attempt, so the second one is seen, and ended,
/// here.
final class OneAttempt implements BodyPublisher {
  static final String LOST = "the connection was lost before an answer came";

  private final BodyPublisher nothing = BodyPublishers.noBody();
  private final AtomicBoolean begun = new AtomicBoolean();

  @Override
  public long contentLength() {
    if (!begun.compareAndSet(false, true)) {
      throw new UncheckedIOException(new IOException(LOST));
    }
    return nothing.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    nothing.subscribe(subscriber);
  }
}
