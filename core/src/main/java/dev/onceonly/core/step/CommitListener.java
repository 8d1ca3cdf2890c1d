package dev.onceonly.core.step;

import java.util.List;

/// Told of every committed batch, in order, before its callers are answered. Called on the lane's
/// thread: must be quick and must not throw.
public interface CommitListener {
  void committed(List<Change<?>> changes, List<Fact> facts);
}
