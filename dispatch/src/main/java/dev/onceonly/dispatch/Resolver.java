package dev.onceonly.dispatch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Looks up a host's addresses. May block; the dispatcher bounds the wait. Thread-safe.
@FunctionalInterface
public interface Resolver {

  /// Asks the operating system, with Java's own cache in front (30 s).
  Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /// All addresses, the preferred one first.
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
