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
  /// @param hash over everything of this entry and `previousHash`; 64 hexadecimal digits
  public record Link(String previousHash, String hash) {}
}
