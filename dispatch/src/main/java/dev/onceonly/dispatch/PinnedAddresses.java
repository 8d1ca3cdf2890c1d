package dev.onceonly.dispatch;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/// The checked addresses of one host, which are all that the client gets to know. Equal where they
/// are the same in any order: the client keeps idle connections apart by this, so one that was made
/// to an address that is no longer the host's is not used again.
final class PinnedAddresses implements Dns {
  private final List<InetAddress> inOrder;
  private final Set<InetAddress> all;

  PinnedAddresses(List<InetAddress> inOrder) {
    this.inOrder = List.copyOf(inOrder);
    this.all = Set.copyOf(inOrder);
  }

  @Override
  public List<InetAddress> lookup(String hostname) {
    return inOrder;
  }

  int size() {
    return all.size();
  }

  boolean contains(@Nullable InetAddress address) {
    return address != null && all.contains(address);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PinnedAddresses that && all.equals(that.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }
}
