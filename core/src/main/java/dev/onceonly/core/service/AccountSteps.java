package dev.onceonly.core.service;

import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The atomic changes of accounts. They share the operator's own part of the queue (namespace 0).
final class AccountSteps {
  private static final long OPERATOR = 0;

  private AccountSteps() {}

  record CreateNamespace(String name, String plan, @Nullable String email)
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
      return new Decided<>(
          created,
          List.of(
              new Change<>(key, created),
              new Change<>(SequenceKey.NAMESPACES, new SequenceRow(id))),
          List.of(),
          null);
    }
  }

  record UpdateNamespace(NamespaceKey key, UnaryOperator<Namespace> change)
      implements Step<Namespace> {
    @Override
    public long namespaceId() {
      return OPERATOR;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key);
    }

    @Override
    public Decided<Namespace> decide(Rows rows, Instant now) {
      Namespace current = rows.get(key);
      if (current == null) {
        throw new AccountException("there is no namespace " + key.name());
      }
      Namespace changed = change.apply(current);
      return new Decided<>(changed, List.of(new Change<>(key, changed)), List.of(), null);
    }
  }

  record CreateKey(ApiKeyKey key, ApiKey wanted) implements Step<ApiKey> {
    @Override
    public long namespaceId() {
      return OPERATOR;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key);
    }

    @Override
    public Decided<ApiKey> decide(Rows rows, Instant now) {
      ApiKey current = rows.get(key);
      if (current == null) {
        ApiKey created =
            new ApiKey(
                wanted.keyId(),
                wanted.namespaceId(),
                wanted.preview(),
                wanted.role(),
                wanted.agentPatterns(),
                new ApiKey.Span(now.toEpochMilli(), null));
        return new Decided<>(created, List.of(new Change<>(key, created)), List.of(), null);
      }
      boolean same =
          current.namespaceId() == wanted.namespaceId()
              && current.role() == wanted.role()
              && current.agentPatterns().equals(wanted.agentPatterns());
      if (!same) {
        throw new AccountException(
            "this API key exists already, in another namespace or with another role");
      }
      return Decided.unchanged(current);
    }
  }

  record DisableKey(ApiKeyKey key) implements Step<ApiKey> {
    @Override
    public long namespaceId() {
      return OPERATOR;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key);
    }

    @Override
    public Decided<ApiKey> decide(Rows rows, Instant now) {
      ApiKey current = rows.get(key);
      if (current == null) {
        throw new AccountException("there is no such API key");
      }
      if (!current.isEnabled()) {
        return Decided.unchanged(current);
      }
      ApiKey disabled = current.disabledAt(now.toEpochMilli());
      return new Decided<>(disabled, List.of(new Change<>(key, disabled)), List.of(), null);
    }
  }
}
