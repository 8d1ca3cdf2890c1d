package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// Which e-mails the account gets. At least one flag must be set; those that are not stay as they
/// are. Mutable: a verb makes one, hands it to the function that it is given, and reads it at once.
public final class UpdateNotificationsOptions {
  @Nullable Boolean emailNotificationsEnabled;
  @Nullable Boolean toolErrorNotificationsEnabled;
  @Nullable Boolean runFailureNotificationsEnabled;

  UpdateNotificationsOptions() {}

  /// All e-mails.
  public UpdateNotificationsOptions emailNotificationsEnabled(
      @Nullable Boolean emailNotificationsEnabled) {
    this.emailNotificationsEnabled = emailNotificationsEnabled;
    return this;
  }

  /// Those about a tool's errors.
  public UpdateNotificationsOptions toolErrorNotificationsEnabled(
      @Nullable Boolean toolErrorNotificationsEnabled) {
    this.toolErrorNotificationsEnabled = toolErrorNotificationsEnabled;
    return this;
  }

  /// Those about failed runs.
  public UpdateNotificationsOptions runFailureNotificationsEnabled(
      @Nullable Boolean runFailureNotificationsEnabled) {
    this.runFailureNotificationsEnabled = runFailureNotificationsEnabled;
    return this;
  }
}
