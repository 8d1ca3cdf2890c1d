package dev.onceonly.http;

import io.helidon.common.context.Context;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.http.DirectHandlers;
import java.util.concurrent.ExecutorService;

/// What Helidon's connections ask their listener for.
///
/// @param executor for what Helidon does beside a connection's thread, which here is nothing
record ListenerParts(
    Context context,
    MediaContext mediaContext,
    ContentEncodingContext contentEncodingContext,
    DirectHandlers directHandlers,
    ListenerConfig config,
    ExecutorService executor)
    implements ListenerContext {

  /// With nothing looked up by discovery.
  ///
  /// @param bodyBytesMax bounds what a single chunk may announce
  static ListenerParts of(DirectHandlers refusals, long bodyBytesMax, ExecutorService executor) {
    NoDiscovery.begin();
    MediaContext media = NoDiscovery.mediaContext();
    ContentEncodingContext encoding = NoDiscovery.contentEncoding();
    ListenerConfig config =
        ListenerConfig.builder()
            .protocolsDiscoverServices(false)
            .mediaContext(media)
            .contentEncoding(encoding)
            .directHandlers(refusals)
            .errorHandling(ErrorHandling.builder().includeEntity(true).build())
            .maxPayloadSize(bodyBytesMax)
            .writeBufferSize(HttpSettings.PIECE_BYTES)
            .build();
    return new ListenerParts(Context.create(), media, encoding, refusals, config, executor);
  }
}
