package dev.onceonly.core.account;

import org.jspecify.annotations.Nullable;

/// The account that all data and limits belong to.
///
/// @param name as [#isName(String)] says
public record Namespace(
    long id,
    String name,
    String plan,
    long createdAtMs,
    @Nullable String email,
    Notifications notifications) {
  private static final String NAME_FORM = "[a-z0-9][a-z0-9_-]{0,62}";

  /// What a name is made of, for people.
  public static final String NAME_WORDS =
      "1 to 63 of a-z, 0-9, _ and -, starting with a letter or digit";

  /// Whether a namespace can have that name.
  public static boolean isName(String text) {
    return text.matches(NAME_FORM);
  }

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
