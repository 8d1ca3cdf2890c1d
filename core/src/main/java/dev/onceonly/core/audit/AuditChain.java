package dev.onceonly.core.audit;

import dev.onceonly.core.Sha256;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditEntry.Link;
import org.jspecify.annotations.Nullable;

/// How entries are chained. Pure. The hash is SHA-256 over every part of the entry, each behind its
/// length, so that no two entries give one text.
public final class AuditChain {
  private AuditChain() {}

  /// What an entry says, before it has a place.
  public record Content(
      long atMs, String action, String actor, @Nullable CallFacts call, @Nullable String detail) {}

  /// The entry that follows a head.
  public static AuditEntry next(ChainKey chain, ChainRow head, Content content) {
    long previousAtMs = head.times().headAtMs();
    Link before = new Link(head.headHash(), "", previousAtMs);
    String hash = hash(chain, head.length() + 1, before, content);
    return new AuditEntry(
        content.atMs(),
        content.action(),
        content.actor(),
        content.call(),
        content.detail(),
        new Link(head.headHash(), hash, previousAtMs));
  }

  /// Whether a stored entry is what was written: its hash fits its content, number and chain.
  public static boolean isGenuine(ChainKey chain, long number, AuditEntry entry) {
    Content content =
        new Content(entry.atMs(), entry.action(), entry.actor(), entry.call(), entry.detail());
    return hash(chain, number, entry.link(), content).equals(entry.link().hash());
  }

  private static String hash(ChainKey chain, long number, Link link, Content content) {
    Parts parts = new Parts();
    parts.add(Long.toString(chain.namespaceId())).add(chain.chain()).add(Long.toString(number));
    parts.add(link.previousHash()).add(Long.toString(content.atMs()));
    parts.add(content.action()).add(content.actor()).add(content.detail());
    CallFacts call = content.call();
    if (call != null) {
      parts.add(call.tool()).add(call.callId()).add(call.argsHash());
      parts.add(Long.toString(call.spendNanoUsd())).add(call.policyVersion());
      parts.add(Boolean.toString(call.verdict().allowed())).add(call.verdict().decision());
      parts.add(call.verdict().reason()).add(call.verdict().riskLevel());
    }
    // Entries of before this was kept have two parts less, so the one is never taken for the other.
    if (link.previousAtMs() != Link.NOT_KEPT) {
      parts.add("previous at").add(Long.toString(link.previousAtMs()));
    }
    return Sha256.hex(parts.text.toString());
  }

  /// Each part behind its length; an absent one has none.
  private static final class Parts {
    final StringBuilder text = new StringBuilder(512);

    Parts add(@Nullable String part) {
      if (part == null) {
        text.append("-\n");
      } else {
        text.append(part.length()).append('\n').append(part).append('\n');
      }
      return this;
    }
  }
}
