package dev.onceonly.core.service;

import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The atomic changes of policies, each with its entry in the agent's audit chain.
final class PolicySteps {
  private PolicySteps() {}

  /// What became of a policy that was put.
  sealed interface PutResult {
    record Put(PolicyRow row) implements PutResult {}

    /// Nothing was changed: these names are registered neither for the agent nor for all.
    record UnknownTools(List<String> names) implements PutResult {}
  }

  /// Puts a policy in the place of whatever was there. The same one again changes nothing.
  ///
  /// @param mustExist names of tools that have to be registered
  /// @param origin what the audit entry says beside the version; may be empty
  record Put(PolicyKey key, Policy policy, List<String> mustExist, String actor, String origin)
      implements Step<PutResult> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      List<RowKey<?>> reads = new ArrayList<>(4 + 2 * mustExist.size());
      reads.addAll(KnownAgents.reads(agent(key)));
      reads.add(chain(key));
      for (String tool : mustExist) {
        reads.add(ToolKey.global(key.namespaceId(), tool));
        reads.add(ofAgent(tool));
      }
      return reads;
    }

    @Override
    public Decided<PutResult> decide(Rows rows, Instant now) {
      List<String> unknown =
          mustExist.stream()
              .filter(tool ->
                  rows.get(ToolKey.global(key.namespaceId(), tool)) == null
                      && rows.get(ofAgent(tool)) == null)
              .toList();
      if (!unknown.isEmpty()) {
        return Decided.unchanged(new PutResult.UnknownTools(unknown));
      }
      PolicyRow current = rows.get(key);
      if (current != null && current.policy().equals(policy)) {
        return Decided.unchanged(new PutResult.Put(current));
      }
      PolicyRow row = new PolicyRow(policy, policy.version(), now.toEpochMilli());
      String detail = "version " + row.version() + origin;
      List<Change<?>> changes =
          AuditTrail.entry(chain(key), rows, content(now, "policy.put", actor, detail));
      changes.add(new Change<>(key, row));
      new KnownAgents(agent(key), rows).policyPut(changes);
      return new Decided<>(new PutResult.Put(row), changes, List.of(), null);
    }

    private ToolKey ofAgent(String tool) {
      return ToolKey.ofAgent(agent(key), tool);
    }
  }

  /// Deletes a policy; answers whether there was one.
  record Delete(PolicyKey key, String actor) implements Step<Boolean> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      List<RowKey<?>> reads = new ArrayList<>(KnownAgents.reads(agent(key)));
      reads.add(chain(key));
      return reads;
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      PolicyRow current = rows.get(key);
      if (current == null) {
        return Decided.unchanged(false);
      }
      String detail = "version " + current.version();
      List<Change<?>> changes =
          AuditTrail.entry(chain(key), rows, content(now, "policy.delete", actor, detail));
      changes.add(new Change<>(key, null));
      new KnownAgents(agent(key), rows).policyDeleted(changes);
      return new Decided<>(true, changes, List.of(), null);
    }
  }

  private static AgentKey agent(PolicyKey key) {
    return new AgentKey(key.namespaceId(), key.agentId());
  }

  private static ChainKey chain(PolicyKey key) {
    return new ChainKey(key.namespaceId(), key.agentId());
  }

  private static Content content(Instant now, String action, String actor, String detail) {
    return new Content(now.toEpochMilli(), action, actor, null, detail);
  }
}
