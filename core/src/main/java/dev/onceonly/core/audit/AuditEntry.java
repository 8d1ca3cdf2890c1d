package dev.onceonly.core.audit;

import org.jspecify.annotations.Nullable;

/// One link of a chain. Its arguments appear as a hash only.
///
/// @param action a verb of the domain, such as `call`, `resolve`, `policy.put`, `tool.register`,
///   `agent.disable`, `key.create`
/// @param actor the API key's id by which it was done, `operator` for the command line, or `server`
///   for what it does by itself
/// @param call what was decided, where it is about a governed call
/// @param detail further facts for people, compact and without secrets; null where there are none
/// @param link its place in the chain
public record AuditEntry(
    long atMs,
    String action,
    String actor,
    @Nullable CallFacts call,
    @Nullable String detail,
    Link link) {

  /// What was decided on a governed call. Names as on the wire.
  ///
  /// @param callId null where nothing was reserved
  /// @param argsHash 64 hexadecimal digits
  /// @param policyVersion null where the agent has no policy
  public record CallFacts(
      String tool,
      Verdict verdict,
      @Nullable String callId,
      String argsHash,
      long spendNanoUsd,
      @Nullable String policyVersion) {}

  /// The decision in words: the wire names of `Decision`, `Reason` and its risk level.
  public record Verdict(boolean allowed, String decision, String reason, String riskLevel) {}

  /// A place in a chain.
  ///
  /// @param previousHash of the entry before; of the first one, [ChainRow#GENESIS]
  /// @param hash over everything of this entry and the two others; 64 hexadecimal digits
  /// @param previousAtMs the instant of the entry before, which so is known when that entry has
  ///   been removed: 0 where there is none or it is not known, [#NOT_KEPT] in entries of before it
  ///   was kept
  public record Link(String previousHash, String hash, long previousAtMs) {
    public static final long NOT_KEPT = -1;

    /// A place of before the instant was kept.
    public Link(String previousHash, String hash) {
      this(previousHash, hash, NOT_KEPT);
    }
  }
}
