package dev.onceonly.core.service;

import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/// What a restore changes in the store that it puts back, each with its entry in the audit log.
public final class RestoreSteps {
  private static final String KEPT = "kept disabled by a restore";

  private RestoreSteps() {}

  /// Says in a namespace's log that its store was put back from a backup.
  ///
  /// @param detail what is known of the backup and of the store that it replaces
  public static Step<?> noted(long namespaceId, String detail) {
    return new Note(namespaceId, detail);
  }

  /// Keeps an agent, or with [AgentKey#ALL] its namespace, disabled as it was in the store that is
  /// replaced.
  public static Step<?> agentKeptOff(AgentKey key, AgentRow.Disabled disabled) {
    return new KeepAgentOff(key, disabled);
  }

  /// Keeps an API key disabled.
  ///
  /// @param owner the namespace whose key it is
  public static Step<?> keyKeptOff(ApiKeyKey key, long owner) {
    return new AccountSteps.SwitchKey(Accounts.OPERATOR, key, owner, false, ", " + KEPT);
  }

  /// Keeps a tool toggled off.
  public static Step<?> toolKeptOff(ToolKey key) {
    return new ToolSteps.Toggle(key, false, Accounts.OPERATOR);
  }

  private record Note(long namespaceId, String detail) implements Step<Boolean> {
    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(ChainKey.ofNamespace(namespaceId));
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      ChainKey chain = ChainKey.ofNamespace(namespaceId);
      Content content = content(now, "store.restore", detail);
      return new Decided<>(true, AuditTrail.entry(chain, rows, content), List.of(), null);
    }
  }

  private record KeepAgentOff(AgentKey key, AgentRow.Disabled disabled)
      implements Step<AgentSteps.Switched> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return AgentSteps.switchReads(key);
    }

    @Override
    public Decided<AgentSteps.Switched> decide(Rows rows, Instant now) {
      AgentRow off = AgentSteps.row(rows, key).disabledAt(disabled.atMs(), disabled.reason());
      String detail = disabled.reason().isEmpty() ? KEPT : KEPT + ": " + disabled.reason();
      return AgentSteps.switched(key, rows, off, content(now, "agent.disable", detail));
    }
  }

  private static Content content(Instant now, String action, String detail) {
    return new Content(now.toEpochMilli(), action, Accounts.OPERATOR, null, detail);
  }
}
