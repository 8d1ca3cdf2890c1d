package dev.onceonly.http.memory;

/// The bytes of heap that connections and requests may have, as shares of the whole heap. What is
/// left over is the store's, the tools' answers' on their way, and the collector's room to work in:
/// beside a flood that takes every share, ordinary requests go on. Immutable but for what is taken;
/// thread-safe.
///
/// @param connectionsMax open at a time
/// @param strangers headers, and answers to who has shown no key
/// @param requests bodies, their parsed values, the steps made of them, and answers, from the
///   moment a key is known until the answer is sent
public record MemoryBudget(int connectionsMax, BytePool strangers, BytePool requests) {
  /// What an open connection holds whatever it does: its objects, its thread's stack, its buffer (9
  /// KiB were measured), and a small request's header, body, values and answer.
  public static final int CONNECTION_BYTES = 16 * 1_024;

  /// What TLS adds to that: keys, the state of both directions, a small record. 9 KiB were measured
  /// for an idle connection, and 16 for one that hangs in its handshake.
  public static final int TLS_BYTES = 16 * 1_024;

  /// However large the heap is.
  public static final int CONNECTIONS_MAX = 10_000;

  private static final int CONNECTIONS_PERCENT = 22;
  private static final int STRANGERS_PERCENT = 3;
  private static final int REQUESTS_PERCENT = 18;
  private static final int PERCENT = 100;

  public MemoryBudget {
    if (connectionsMax < 1) {
      throw new IllegalArgumentException("connectionsMax is at least 1, was " + connectionsMax);
    }
  }

  /// The shares of a heap.
  ///
  /// @param heapBytes what `Runtime.maxMemory()` says
  public static MemoryBudget ofHeap(long heapBytes) {
    return ofHeap(heapBytes, CONNECTION_BYTES);
  }

  /// As above, where each connection has TLS of its own.
  public static MemoryBudget ofHeapWithTls(long heapBytes) {
    return ofHeap(heapBytes, CONNECTION_BYTES + TLS_BYTES);
  }

  private static MemoryBudget ofHeap(long heapBytes, int connectionBytes) {
    long connections = heapBytes / PERCENT * CONNECTIONS_PERCENT / connectionBytes;
    return new MemoryBudget(
        Math.clamp(connections, 1, CONNECTIONS_MAX),
        new BytePool(heapBytes / PERCENT * STRANGERS_PERCENT),
        new BytePool(heapBytes / PERCENT * REQUESTS_PERCENT));
  }

  /// With another number of connections: an operator's, or what the descriptors allow.
  public MemoryBudget withConnectionsMax(int changed) {
    return new MemoryBudget(changed, strangers, requests);
  }
}
