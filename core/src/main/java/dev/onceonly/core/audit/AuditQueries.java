package dev.onceonly.core.audit;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads of the audit log. What they see has been flushed. Thread-safe.
public interface AuditQueries {

  /// An entry and its number in the chain.
  record Numbered(long number, AuditEntry entry) {}

  /// How often one tool was called.
  record ToolCount(String tool, long count) {}

  /// What an agent did in a period.
  ///
  /// @param actions executed, deduplicated, failed and unknown calls
  /// @param spendNanoUsd of executed calls
  /// @param topTools of the actions, most often first, at most 10
  record AgentFigures(long actions, long blocked, long spendNanoUsd, List<ToolCount> topTools) {}

  /// The newest entries about calls in one chain, newest first, leaving out reservations.
  List<AuditEntry> callLog(ChainKey chain, int limit);

  /// Figures of the entries at or after an instant.
  AgentFigures figures(ChainKey chain, long fromMs);

  /// A piece of one chain in its order, from a number on.
  List<Numbered> entries(ChainKey chain, long fromNumber, int limit);

  /// Every chain's head, over all namespaces, as they stand at one instant. As many as agents have
  /// ever been: for what needs them all, and can hold them.
  Map<ChainKey, ChainRow> chains();

  /// The next chains, over all namespaces, by namespace and then by code point.
  ///
  /// @param after the chain behind which they begin; null for the start
  List<ChainKey> chains(@Nullable ChainKey after, int limit);
}
