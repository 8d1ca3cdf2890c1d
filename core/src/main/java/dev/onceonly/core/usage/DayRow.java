package dev.onceonly.core.usage;

/// One day's figures for `/v1/metrics`.
public record DayRow(Make make, Ai ai) {
  public static final DayRow NONE = new DayRow(Make.NONE, Ai.NONE);

  /// Locks of the day.
  public record Make(long requests, long locked, long duplicate, long blocked) {
    public static final Make NONE = new Make(0, 0, 0, 0);

    public Make plus(Make other) {
      return new Make(
          requests + other.requests,
          locked + other.locked,
          duplicate + other.duplicate,
          blocked + other.blocked);
    }
  }

  /// Leases and runs of the day.
  public record Ai(
      long requests, long acquired, long polling, long completed, long failed, long blocked) {
    public static final Ai NONE = new Ai(0, 0, 0, 0, 0, 0);

    public Ai plus(Ai other) {
      return new Ai(
          requests + other.requests,
          acquired + other.acquired,
          polling + other.polling,
          completed + other.completed,
          failed + other.failed,
          blocked + other.blocked);
    }
  }

  public DayRow plus(Make more) {
    return new DayRow(make.plus(more), ai);
  }

  public DayRow plus(Ai more) {
    return new DayRow(make, ai.plus(more));
  }
}
