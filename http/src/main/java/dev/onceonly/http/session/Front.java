package dev.onceonly.http.session;

import dev.onceonly.http.Request;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What stands between browsers and this server. A proxy's word on it counts only where the
/// operator says that there is one, because anybody can send its headers.
///
/// @param ownTls whether the server itself speaks TLS, and nothing else
/// @param behindTls whether `X-Forwarded-Proto` and the last address of `X-Forwarded-For` are a
///   proxy's and can be believed
public record Front(boolean ownTls, boolean behindTls) {
  // The longest text of an address; what is longer is none, and not worth keeping.
  private static final int ADDRESS_CHARS_MAX = 64;

  /// Whether the browser's connection is encrypted, as far as is known.
  boolean isSecure(Request request) {
    return ownTls
        || (behindTls && "https".equalsIgnoreCase(first(request.header("X-Forwarded-Proto"))));
  }

  /// Who is throttled: the peer's address, or behind a proxy the one that it names. Of an IPv6
  /// address only the network, of which one host may have all.
  String throttled(Request request) {
    String forwarded = behindTls ? last(request.header("X-Forwarded-For")) : "";
    String address = forwarded.isEmpty() ? request.peerAddress() : forwarded;
    return network(address.substring(0, Math.min(address.length(), ADDRESS_CHARS_MAX)));
  }

  /// Whether a form was sent by a page of this very site. Browsers name the origin with every POST;
  /// who names none is no browser, and has the API.
  boolean isSameOrigin(Request request) {
    String origin = request.header("Origin");
    String host = request.header("Host");
    String site = request.header("Sec-Fetch-Site");
    if (origin == null || host == null || (site != null && !site.equals("same-origin"))) {
      return false;
    }
    String lower = origin.toLowerCase(Locale.ROOT);
    String authority = withoutDefaultPort(host.toLowerCase(Locale.ROOT), isSecure(request));
    return lower.equals("https://" + authority)
        || (!isSecure(request) && lower.equals("http://" + authority));
  }

  // Origins leave the default port out; a Host may have it.
  private static String withoutDefaultPort(String host, boolean secure) {
    String port = secure ? ":443" : ":80";
    return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
  }

  private static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    String[] groups = address.split(":", -1);
    StringBuilder network = new StringBuilder();
    for (int i = 0; i < Math.min(4, groups.length) && !(groups[i].isEmpty() && i > 0); i++) {
      network.append(groups[i]).append(':');
    }
    return network.toString();
  }

  private static String first(@Nullable String list) {
    return list == null ? "" : list.split(",", 2)[0].strip();
  }

  private static String last(@Nullable String list) {
    return list == null ? "" : list.substring(list.lastIndexOf(',') + 1).strip();
  }
}
