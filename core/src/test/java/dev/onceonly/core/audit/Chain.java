package dev.onceonly.core.audit;

import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.AuditQueries.Numbered;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A chain in memory that tests write, and then tamper with.
final class Chain {
  static final ChainKey KEY = new ChainKey(1, "bot-7");
  static final long KEPT_MS = 500;

  final List<Numbered> entries = new ArrayList<>();
  ChainRow head = ChainRow.EMPTY;

  static Chain of(int length) {
    Chain chain = new Chain();
    for (int i = 1; i <= length; i++) {
      chain.append(new Content(1_000L * i, "call", "key_1", null, "number " + i));
    }
    return chain;
  }

  void append(Content content) {
    AuditEntry entry = AuditChain.next(KEY, head, content);
    head = head.grownBy(entry);
    entries.add(new Numbered(head.length(), entry));
  }

  /// What retention does: removes a prefix and leaves its anchor.
  void removeUpTo(long number) {
    AuditEntry last = entry(number);
    entries.removeIf(entry -> entry.number() <= number);
    head =
        new ChainRow(
            head.length(),
            head.headHash(),
            number,
            last.link().hash(),
            new ChainRow.Times(
                head.times().headAtMs(), last.atMs(), last.atMs() + KEPT_MS, KEPT_MS));
  }

  AuditEntry entry(long number) {
    return entries.stream()
        .filter(entry -> entry.number() == number)
        .findFirst()
        .orElseThrow()
        .entry();
  }

  void change(long number, UnaryOperator<AuditEntry> change) {
    entries.replaceAll(entry ->
        entry.number() == number ? new Numbered(number, change.apply(entry.entry())) : entry);
  }

  /// Walks it, in pieces of a few entries.
  @Nullable ChainFault verify(int pieceEntries) {
    return verify(pieceEntries, Long.MAX_VALUE);
  }

  @Nullable ChainFault verify(int pieceEntries, long removableUpToMs) {
    ChainVerifier verifier = new ChainVerifier(KEY, head, removableUpToMs);
    ChainFault fault = verifier.begin();
    for (int from = 0; fault == null && from < entries.size(); from += pieceEntries) {
      int to = Math.min(entries.size(), from + pieceEntries);
      fault = verifier.take(entries.subList(from, to));
    }
    return fault == null ? verifier.end() : fault;
  }
}
