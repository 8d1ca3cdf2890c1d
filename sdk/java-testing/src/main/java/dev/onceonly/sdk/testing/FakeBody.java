package dev.onceonly.sdk.testing;

import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.internal.json.Json;
import dev.onceonly.sdk.transport.TransportRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests as the fake reads them.
final class FakeBody {
  private FakeBody() {}

  static FakeRequest read(TransportRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    String body = request.body();
    return new FakeRequest(
        request.method(),
        request.uri().getPath(),
        query(request.uri().getRawQuery()),
        Map.copyOf(headers),
        body == null ? Map.of() : asObject(Json.read(body)));
  }

  static Map<String, @Nullable Object> asObject(@Nullable Object value) {
    return Fields.of(value).raw();
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        query.put(decoded(name), decoded(value));
      }
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
