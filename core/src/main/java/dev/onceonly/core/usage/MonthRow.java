package dev.onceonly.core.usage;

/// What a namespace has used in one month, by the kind of request.
public record MonthRow(Counters make, Counters ai) {
  public static final MonthRow NONE = new MonthRow(Counters.NONE, Counters.NONE);

  public Counters of(UsageKind kind) {
    return kind == UsageKind.MAKE ? make : ai;
  }

  /// Monthly totals.
  ///
  /// @param requests every attempt, refused ones too
  /// @param usage what counts against the limit: duplicates blocked, or work acquired
  /// @param blocked requests refused for the limit
  /// @param polling answers that told of another owner; always 0 for make
  public record Counters(long requests, long usage, long blocked, long polling) {
    public static final Counters NONE = new Counters(0, 0, 0, 0);

    public Counters plus(Counters other) {
      return new Counters(
          requests + other.requests,
          usage + other.usage,
          blocked + other.blocked,
          polling + other.polling);
    }
  }
}
