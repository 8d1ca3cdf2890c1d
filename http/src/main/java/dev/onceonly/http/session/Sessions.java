package dev.onceonly.http.session;

import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.KeyLookup;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Browsers' sessions, in memory: a restart ends them all. A session ends with its API key and in
/// any case after an hour. Neither its id nor the key is kept, only their hashes. Thread-safe.
public final class Sessions {
  public static final Duration LIFETIME = Duration.ofHours(1);

  /// Of one API key; a further one ends the oldest.
  static final int PER_KEY_MAX = 16;

  /// Of all keys; a further one ends the oldest.
  static final int COUNT_MAX = 4_096;

  private static final int ID_LONGS = 4;

  private final KeyLookup keys;
  private final LongSupplier random;
  private final LongSupplier nanoTime;

  // By the hash of the id, oldest first: all live equally long, so the first to end come first.
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  /// Starts with none.
  ///
  /// @param random strong random numbers of 64 bits
  /// @param nanoTime a clock that only runs forward, in nanoseconds
  public Sessions(KeyLookup keys, LongSupplier random, LongSupplier nanoTime) {
    this.keys = keys;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  private record Session(String keyHash, long startedNanos) {}

  /// Starts a session.
  ///
  /// @param apiKey of a key that is known and enabled
  /// @return its id, 256 random bits as 43 characters that a cookie can hold
  public String start(String apiKey) {
    ByteBuffer bits = ByteBuffer.allocate(ID_LONGS * Long.BYTES);
    for (int i = 0; i < ID_LONGS; i++) {
      bits.putLong(random.getAsLong());
    }
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bits.array());
    String keyHash = Sha256.hex(apiKey);
    synchronized (sessions) {
      dropEnded();
      makeRoom(keyHash);
      sessions.put(Sha256.hex(id), new Session(keyHash, nanoTime.getAsLong()));
    }
    return id;
  }

  /// Who started the session, as the key stands now; null where it has ended or never was.
  public @Nullable Caller find(String id) {
    Session session;
    synchronized (sessions) {
      dropEnded();
      session = sessions.get(Sha256.hex(id));
    }
    if (session == null) {
      return null;
    }
    KeyLookup.KeyEntry entry = keys.find(session.keyHash);
    if (entry == null || !entry.enabled()) {
      end(id);
      return null;
    }
    return entry.caller();
  }

  /// Ends a session, if there is one.
  public void end(String id) {
    synchronized (sessions) {
      sessions.remove(Sha256.hex(id));
    }
  }

  int count() {
    synchronized (sessions) {
      dropEnded();
      return sessions.size();
    }
  }

  private void dropEnded() {
    long now = nanoTime.getAsLong();
    sessions.values().removeIf(session -> now - session.startedNanos >= LIFETIME.toNanos());
  }

  private void makeRoom(String keyHash) {
    String oldest = null;
    String oldestOfKey = null;
    int ofKey = 0;
    for (Map.Entry<String, Session> entry : sessions.entrySet()) {
      oldest = oldest == null ? entry.getKey() : oldest;
      if (entry.getValue().keyHash.equals(keyHash)) {
        oldestOfKey = oldestOfKey == null ? entry.getKey() : oldestOfKey;
        ofKey++;
      }
    }
    if (ofKey >= PER_KEY_MAX) {
      sessions.remove(oldestOfKey);
    } else if (sessions.size() >= COUNT_MAX) {
      sessions.remove(oldest);
    }
  }
}
