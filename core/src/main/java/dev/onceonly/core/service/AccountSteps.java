package dev.onceonly.core.service;

import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The atomic changes of accounts, each with its entry in the namespace's audit log. They share the
/// operator's own part of the queue (namespace 0). What changes nothing is not logged.
final class AccountSteps {
  private static final long OPERATOR = 0;

  private AccountSteps() {}

  private static Content content(Instant now, String action, String actor, String detail) {
    return new Content(now.toEpochMilli(), action, actor, null, detail);
  }

  private static <T> Decided<T> logged(T answer, List<Change<?>> changes, AuditTrail trail) {
    List<Change<?>> all = new ArrayList<>(changes);
    trail.saveInto(all);
    return new Decided<>(answer, all, List.of(), null);
  }

  record CreateNamespace(String actor, String name, String plan, @Nullable String email)
      implements Step<Namespace> {
    @Override
    public long namespaceId() {
      return OPERATOR;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(new NamespaceKey(name), SequenceKey.NAMESPACES);
    }

    @Override
    public Decided<Namespace> decide(Rows rows, Instant now) {
      NamespaceKey key = new NamespaceKey(name);
      if (rows.get(key) != null) {
        throw new AccountException("there is a namespace " + name + " already");
      }
      SequenceRow last = rows.get(SequenceKey.NAMESPACES);
      long id = last == null ? 1 : last.last() + 1;
      Namespace created =
          new Namespace(id, name, plan, now.toEpochMilli(), email, Notifications.ALL);
      AuditTrail trail = AuditTrail.ofNew(ChainKey.ofNamespace(id));
      trail.append(content(now, "namespace.create", actor, name + " on plan " + plan));
      return logged(
          created,
          List.of(
              new Change<>(key, created),
              new Change<>(SequenceKey.NAMESPACES, new SequenceRow(id))),
          trail);
    }
  }

  /// Changes a namespace.
  ///
  /// @param id the namespace's, which never changes
  record UpdateNamespace(String actor, NamespaceKey key, long id, UnaryOperator<Namespace> change)
      implements Step<Namespace> {
    @Override
    public long namespaceId() {
      return OPERATOR;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key, ChainKey.ofNamespace(id));
    }

    @Override
    public Decided<Namespace> decide(Rows rows, Instant now) {
      Namespace current = rows.get(key);
      if (current == null) {
        throw new AccountException("there is no namespace " + key.name());
      }
      Namespace changed = change.apply(current);
      if (changed.equals(current)) {
        return Decided.unchanged(current);
      }
      AuditTrail trail = new AuditTrail(ChainKey.ofNamespace(id), rows);
      if (!changed.plan().equals(current.plan())) {
        trail.append(
            content(now, "namespace.plan", actor, current.plan() + " to " + changed.plan()));
      }
      if (!Objects.equals(changed.email(), current.email())) {
        // The address itself is somebody's, and what is logged can't be taken back.
        trail.append(
            content(now, "namespace.email", actor, changed.email() == null ? "removed" : "set"));
      }
      if (!changed.notifications().equals(current.notifications())) {
        trail.append(
            content(now, "namespace.notifications", actor, wanted(changed.notifications())));
      }
      return logged(changed, List.of(new Change<>(key, changed)), trail);
    }

    private static String wanted(Notifications mails) {
      return "email "
          + onOff(mails.email())
          + ", tool errors "
          + onOff(mails.toolErrors())
          + ", run failures "
          + onOff(mails.runFailures());
    }

    private static String onOff(boolean on) {
      return on ? "on" : "off";
    }
  }

  record CreateKey(String actor, ApiKeyKey key, ApiKey wanted) implements Step<ApiKey> {
    @Override
    public long namespaceId() {
      return OPERATOR;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key, SequenceKey.API_KEYS, ChainKey.ofNamespace(wanted.namespaceId()));
    }

    @Override
    public Decided<ApiKey> decide(Rows rows, Instant now) {
      ApiKey current = rows.get(key);
      if (current == null) {
        SequenceRow last = rows.get(SequenceKey.API_KEYS);
        long number = last == null ? 1 : last.last() + 1;
        ApiKey created =
            new ApiKey(
                number,
                wanted.keyId(),
                wanted.namespaceId(),
                wanted.preview(),
                wanted.powers(),
                new ApiKey.Span(now.toEpochMilli(), null));
        AuditTrail trail = new AuditTrail(ChainKey.ofNamespace(created.namespaceId()), rows);
        String told = created.keyId() + ", " + created.powers().described();
        trail.append(content(now, "key.create", actor, told));
        return logged(
            created,
            List.of(
                new Change<>(key, created),
                new Change<>(SequenceKey.API_KEYS, new SequenceRow(number))),
            trail);
      }
      boolean same =
          current.namespaceId() == wanted.namespaceId() && current.powers().equals(wanted.powers());
      if (!same) {
        throw new AccountException(
            "this API key exists already, in another namespace or with another role");
      }
      return Decided.unchanged(current);
    }
  }

  /// Disables a key, or takes its disabling back.
  ///
  /// @param owner the namespace whose key it is, which never changes
  /// @param enabled what it is to be; disabling passes every queue, since who is let in again can
  ///   wait, and who is shut out can't
  /// @param note stands behind the key's id in the audit log
  record SwitchKey(String actor, ApiKeyKey key, long owner, boolean enabled, String note)
      implements Step<ApiKey> {
    static SwitchKey disabling(String actor, ApiKeyKey key, long owner) {
      return new SwitchKey(actor, key, owner, false, "");
    }

    static SwitchKey enabling(String actor, ApiKeyKey key, long owner) {
      return new SwitchKey(actor, key, owner, true, "");
    }

    @Override
    public long namespaceId() {
      return OPERATOR;
    }

    @Override
    public Passage passage() {
      return enabled ? Passage.SHARED : Passage.FREE;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key, ChainKey.ofNamespace(owner));
    }

    @Override
    public Decided<ApiKey> decide(Rows rows, Instant now) {
      ApiKey current = rows.get(key);
      if (current == null) {
        throw new AccountException("there is no such API key");
      }
      if (current.isEnabled() == enabled) {
        return Decided.unchanged(current);
      }
      ApiKey changed = enabled ? current.enabled() : current.disabledAt(now.toEpochMilli());
      AuditTrail trail = new AuditTrail(ChainKey.ofNamespace(owner), rows);
      String action = enabled ? "key.enable" : "key.disable";
      trail.append(content(now, action, actor, changed.keyId() + note));
      return logged(changed, List.of(new Change<>(key, changed)), trail);
    }
  }
}
