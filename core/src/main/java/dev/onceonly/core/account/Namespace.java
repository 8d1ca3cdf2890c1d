package dev.onceonly.core.account;

import org.jspecify.annotations.Nullable;

/// The account that all data and limits belong to.
public record Namespace(
    long id,
    String name,
    String plan,
    long createdAtMs,
    @Nullable String email,
    Notifications notifications) {

  /// Which mails the namespace wants.
  public record Notifications(boolean email, boolean toolErrors, boolean runFailures) {
    public static final Notifications ALL = new Notifications(true, true, true);
  }

  public Namespace withPlan(String newPlan) {
    return new Namespace(id, name, newPlan, createdAtMs, email, notifications);
  }

  public Namespace withEmail(@Nullable String changed) {
    return new Namespace(id, name, plan, createdAtMs, changed, notifications);
  }

  public Namespace withNotifications(Notifications changed) {
    return new Namespace(id, name, plan, createdAtMs, email, changed);
  }
}
