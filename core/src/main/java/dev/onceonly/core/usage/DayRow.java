package dev.onceonly.core.usage;

/// One day's figures for `/v1/metrics`.
public record DayRow(Make make, Ai ai, Tools tools) {
  public static final DayRow NONE = new DayRow(Make.NONE, Ai.NONE);

  /// A day without governed calls.
  public DayRow(Make make, Ai ai) {
    this(make, ai, Tools.NONE);
  }

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

  /// Governed calls of the day.
  ///
  /// @param error failed and unknown ones
  /// @param spendNanoUsd of executed ones
  public record Tools(long executed, long blocked, long dedup, long error, long spendNanoUsd) {
    public static final Tools NONE = new Tools(0, 0, 0, 0, 0);

    public Tools plus(Tools other) {
      return new Tools(
          executed + other.executed,
          blocked + other.blocked,
          dedup + other.dedup,
          error + other.error,
          spendNanoUsd + other.spendNanoUsd);
    }
  }

  public DayRow plus(Make more) {
    return new DayRow(make.plus(more), ai, tools);
  }

  public DayRow plus(Ai more) {
    return new DayRow(make, ai.plus(more), tools);
  }

  public DayRow plus(Tools more) {
    return new DayRow(make, ai, tools.plus(more));
  }
}
