package dev.onceonly.core.step;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a step decided: the answer, the changed rows and the facts, committed together or not at
/// all.
///
/// @param validUntil the answer must reach its caller before this instant (exclusive), or the
///   caller is told what [Step#outlived] makes of it: a grant whose TTL ran out before its flush
///   was done holds nothing any more
public record Decided<R>(
    R answer, List<Change<?>> changes, List<Fact> facts, @Nullable Instant validUntil) {

  public static <R> Decided<R> unchanged(R answer) {
    return new Decided<>(answer, List.of(), List.of(), null);
  }
}
