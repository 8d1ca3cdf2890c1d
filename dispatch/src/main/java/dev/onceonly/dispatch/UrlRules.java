package dev.onceonly.dispatch;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which URLs a tool may have (contract 18, tools). Looks nothing up: what a name resolves to is
/// checked at each call. Thread-safe.
///
/// @param httpAllowed whether plain http is taken too
/// @param allowedHosts names or addresses; `*.example.org` stands for every name below that; empty
///   allows all
public record UrlRules(AddressPolicy addresses, boolean httpAllowed, List<String> allowedHosts) {
  public static final int URL_CHARS_MAX = 2_048;

  private static final String ANY_BELOW = "*.";

  public UrlRules {
    allowedHosts = allowedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
  }

  /// Why a URL can't be taken, for people; null where it can.
  public @Nullable String refusal(String url) {
    if (url.length() > URL_CHARS_MAX) {
      return "has at most 2048 characters";
    }
    ToolUrl parsed = ToolUrl.parse(url);
    return parsed == null
        ? "must be an absolute http or https URL without user info"
        : refusal(parsed);
  }

  private @Nullable String refusal(ToolUrl url) {
    String ofForm = formRefusal(url);
    return ofForm == null ? hostRefusal(withoutFinalDot(url.host())) : ofForm;
  }

  /// What is wrong with the URL whatever address it leads to; null where nothing is.
  @Nullable String formRefusal(ToolUrl url) {
    if (!url.isHttps() && !httpAllowed) {
      return "must be https; plain http needs the setting tools_allow_http";
    }
    return isListed(withoutFinalDot(url.host()))
        ? null
        : "has a host that is not in the setting tools_allowed_hosts";
  }

  private @Nullable String hostRefusal(String host) {
    List<InetAddress> readings = HostLiteral.read(host);
    if (readings == null) {
      return isLocal(host) && !addresses.internalAllowed() ? addressRefusal() : null;
    }
    if (readings.isEmpty()) {
      return "has a host that is neither a name nor an address";
    }
    return readings.stream().allMatch(addresses::allows) ? null : addressRefusal();
  }

  private String addressRefusal() {
    return addresses.internalAllowed()
        ? "has a link-local, metadata or other address that is never allowed"
        : "has an address that is not allowed; loopback and private networks need the setting"
            + " tools_allow_private_networks";
  }

  private boolean isListed(String host) {
    return allowedHosts.isEmpty()
        || allowedHosts.stream()
            .anyMatch(allowed ->
                allowed.startsWith(ANY_BELOW)
                    ? host.endsWith(allowed.substring(1))
                    : host.equals(allowed));
  }

  /// These names are the loopback's (RFC 6761).
  private static boolean isLocal(String host) {
    return host.equals("localhost") || host.endsWith(".localhost");
  }

  private static String withoutFinalDot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }
}
