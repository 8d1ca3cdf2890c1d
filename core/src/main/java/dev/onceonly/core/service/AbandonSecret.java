package dev.onceonly.core.service;

import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/// Gives up a secret that nothing opens any more: the tool keeps its definition and is switched off
/// until it is registered again. Answers whether it was so; false where it has another secret by
/// now.
///
/// @param lost what the tool had
/// @param unknown a secret that can be opened and that nobody knows
public record AbandonSecret(ToolKey key, ToolRow.Endpoint lost, ToolRow.Secret unknown)
    implements Step<Boolean> {
  @Override
  public long namespaceId() {
    return key.namespaceId();
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    return List.of(key, chain());
  }

  @Override
  public Decided<Boolean> decide(Rows rows, Instant now) {
    ToolRow current = rows.get(key);
    if (current == null || !current.endpoint().equals(lost)) {
      return Decided.unchanged(false);
    }
    ToolRow row =
        new ToolRow(
            new ToolRow.Endpoint(lost.url(), unknown, null, lost.onlyV2()),
            current.delivery(),
            false,
            current.description(),
            current.createdAtMs());
    String detail = key.name() + " in " + key.scopeId() + ", secret " + lost.secret().id();
    Content content =
        new Content(now.toEpochMilli(), "tool.secret_lost", Accounts.OPERATOR, null, detail);
    List<Change<?>> changes = AuditTrail.entry(chain(), rows, content);
    changes.add(new Change<>(key, row));
    return new Decided<>(true, changes, List.of(), null);
  }

  private ChainKey chain() {
    return ChainKey.ofNamespace(key.namespaceId());
  }
}
