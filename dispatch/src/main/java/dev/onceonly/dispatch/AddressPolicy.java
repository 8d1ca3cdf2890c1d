package dev.onceonly.dispatch;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which addresses a tool may have. A pure function of the address, in every form that carries an
/// IPv4 address inside an IPv6 one. Default deny: IPv6 that is not in `2000::/3` is refused unless
/// it is listed. A NAT64 prefix of a network's own can't be seen from the address.
///
/// @param internalAllowed whether loopback, private and other ranges that are not reachable from
///   the internet may be called; link-local, metadata, multicast and unspecified addresses never
///   may
public record AddressPolicy(boolean internalAllowed) {

  /// How far an address reaches.
  enum Reach {
    GLOBAL,
    INTERNAL,
    NEVER
  }

  /// A prefix of so many bits.
  private static final class Range {
    private final byte[] prefix;
    private final int bits;
    private final Reach reach;

    private Range(byte[] prefix, int bits, Reach reach) {
      this.prefix = prefix;
      this.bits = bits;
      this.reach = reach;
    }

    static Range of(String text, Reach reach) {
      int slash = text.indexOf('/');
      return new Range(
          InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
          Integer.parseInt(text, slash + 1, text.length(), 10),
          reach);
    }

    boolean contains(byte[] address) {
      int whole = bits / Byte.SIZE;
      for (int i = 0; i < whole; i++) {
        if (address[i] != prefix[i]) {
          return false;
        }
      }
      int rest = bits % Byte.SIZE;
      return rest == 0 || ((address[whole] ^ prefix[whole]) & 0xFF) >> (Byte.SIZE - rest) == 0;
    }
  }

  /// The first that contains an address decides. After the registries of special-purpose addresses
  /// (RFC 6890 and its successors) and the providers' documents on metadata.
  private static final List<Range> V4 =
      List.of(
          Range.of("169.254.0.0/16", Reach.NEVER), // link-local, most clouds' metadata
          Range.of("100.100.100.200/32", Reach.NEVER), // metadata of Alibaba Cloud
          Range.of("168.63.129.16/32", Reach.NEVER), // the platform of Azure
          Range.of("192.0.0.192/32", Reach.NEVER), // metadata of Oracle Cloud, of old
          Range.of("0.0.0.0/8", Reach.NEVER), // this host, to some systems
          Range.of("224.0.0.0/4", Reach.NEVER), // multicast
          Range.of("240.0.0.0/4", Reach.NEVER), // reserved, broadcast
          Range.of("127.0.0.0/8", Reach.INTERNAL),
          Range.of("10.0.0.0/8", Reach.INTERNAL),
          Range.of("172.16.0.0/12", Reach.INTERNAL),
          Range.of("192.168.0.0/16", Reach.INTERNAL),
          Range.of("100.64.0.0/10", Reach.INTERNAL), // between a provider and its customers
          Range.of("192.0.0.0/24", Reach.INTERNAL), // protocols' own
          Range.of("192.88.99.0/24", Reach.INTERNAL), // relays of 6to4
          Range.of("198.18.0.0/15", Reach.INTERNAL), // benchmarks
          Range.of("192.0.2.0/24", Reach.INTERNAL), // documentation, as the next two
          Range.of("198.51.100.0/24", Reach.INTERNAL),
          Range.of("203.0.113.0/24", Reach.INTERNAL),
          Range.of("0.0.0.0/0", Reach.GLOBAL));

  private static final List<Range> V6 =
      List.of(
          Range.of("::1/128", Reach.INTERNAL),
          Range.of("fe80::/10", Reach.NEVER), // link-local
          Range.of("ff00::/8", Reach.NEVER), // multicast
          Range.of("fd00:ec2::254/128", Reach.NEVER), // metadata of AWS
          Range.of("fd20:ce::254/128", Reach.NEVER), // metadata of Google Cloud
          Range.of("fd00:c1::a9fe:a9fe/128", Reach.NEVER), // metadata of Oracle Cloud
          Range.of("fc00::/7", Reach.INTERNAL), // private
          Range.of("fec0::/10", Reach.INTERNAL), // private, of old
          Range.of("100::/64", Reach.INTERNAL), // thrown away
          Range.of("5f00::/16", Reach.INTERNAL), // segment routing
          Range.of("2001::/32", Reach.NEVER), // Teredo: hides an IPv4 address behind a server
          Range.of("2001::/23", Reach.INTERNAL), // protocols' own, benchmarks
          Range.of("2001:db8::/32", Reach.INTERNAL), // documentation, as the next one
          Range.of("3fff::/20", Reach.INTERNAL),
          Range.of("2000::/3", Reach.GLOBAL),
          Range.of("::/0", Reach.NEVER));

  /// An IPv6 prefix after which an IPv4 address stands, which is what is reached.
  private record Carrier(Range range, int offset) {
    static Carrier of(String text, int offset) {
      return new Carrier(Range.of(text, Reach.NEVER), offset);
    }
  }

  private static final int V4_BYTES = 4;
  private static final int LAST_FOUR = 12;

  private static final List<Carrier> CARRIERS =
      List.of(
          Carrier.of("64:ff9b::/96", LAST_FOUR), // NAT64
          Carrier.of("0:0:0:0:ffff::/96", LAST_FOUR), // translated
          Carrier.of("2002::/16", 2)); // 6to4

  /// Whether a tool at this address may be called.
  public boolean allows(InetAddress address) {
    return switch (reach(address.getAddress())) {
      case GLOBAL -> true;
      case INTERNAL -> internalAllowed;
      case NEVER -> false;
    };
  }

  static Reach reach(byte[] address) {
    byte[] inner = carried(address);
    if (inner != null) {
      return first(V4, inner);
    }
    return address.length == V4_BYTES ? first(V4, address) : first(V6, address);
  }

  private static Reach first(List<Range> ranges, byte[] address) {
    for (Range range : ranges) {
      if (range.contains(address)) {
        return range.reach;
      }
    }
    return Reach.NEVER;
  }

  /// The IPv4 address inside an IPv6 one, or null where there is none.
  private static byte @Nullable [] carried(byte[] address) {
    if (address.length == V4_BYTES) {
      return null;
    }
    if (isMappedOrCompatible(address)) {
      return part(address, LAST_FOUR);
    }
    for (Carrier carrier : CARRIERS) {
      if (carrier.range().contains(address)) {
        return part(address, carrier.offset());
      }
    }
    return isIsatap(address) && first(V6, address) == Reach.GLOBAL
        ? part(address, LAST_FOUR)
        : null;
  }

  /// `::ffff:a.b.c.d`, or `::a.b.c.d` of old; `::` and `::1` are neither. Java's own reader makes
  /// an IPv4 address of the first, so it is not in the list above.
  private static boolean isMappedOrCompatible(byte[] address) {
    for (int i = 0; i < LAST_FOUR - 2; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    int word = (address[LAST_FOUR - 2] & 0xFF) << Byte.SIZE | (address[LAST_FOUR - 1] & 0xFF);
    boolean compatible = word == 0 && (address[LAST_FOUR] != 0 || address[LAST_FOUR + 1] != 0);
    return word == 0xFFFF || compatible;
  }

  /// An interface id `[02]00:5efe:a.b.c.d`: a tunnel to that address.
  private static boolean isIsatap(byte[] address) {
    return (address[8] & 0xFD) == 0
        && address[9] == 0
        && address[10] == 0x5E
        && address[11] == (byte) 0xFE;
  }

  private static byte[] part(byte[] address, int offset) {
    return Arrays.copyOfRange(address, offset, offset + V4_BYTES);
  }
}
