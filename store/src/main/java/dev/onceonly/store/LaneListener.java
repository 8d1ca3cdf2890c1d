package dev.onceonly.store;

/// Told of the lane's figures, for metrics. Called on the lane's thread; must be quick.
public interface LaneListener {
  LaneListener NONE =
      new LaneListener() {
        @Override
        public void committed(int steps, long commitNanos) {}

        @Override
        public void checkpointed(long nanos, long frames) {}
      };

  /// A batch is on disk.
  ///
  /// @param steps in the batch
  /// @param commitNanos how long the commit took, its flush included
  void committed(int steps, long commitNanos);

  /// The write-ahead log was folded into the database.
  ///
  /// @param frames in the write-ahead log when it began
  void checkpointed(long nanos, long frames);
}
