package dev.onceonly.server.fault;

/// One key of one namespace, as a lock or as a lease. The key's name says how long claims on it
/// are.
///
/// @param namespace counted from 0
record Place(Kind kind, int namespace, String key) {
  private static final String BRIEF = "-brief";
  private static final int BRIEF_SECONDS = 10;
  private static final int LONG_SECONDS = 6 * 3_600;

  enum Kind {
    LOCK,
    LEASE
  }

  /// The name of key `number`: every eighth is claimed for a few seconds only.
  static Place of(Kind kind, int namespace, long number) {
    return new Place(kind, namespace, "key-" + number + (number % 8 == 0 ? BRIEF : ""));
  }

  /// Whether claims on it may run out during a test.
  boolean isBrief() {
    return key.endsWith(BRIEF);
  }

  int ttlSeconds() {
    return isBrief() ? BRIEF_SECONDS : LONG_SECONDS;
  }

  @Override
  public String toString() {
    return kind + " " + namespace + "/" + key;
  }
}
