package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// Which e-mails the account gets. At least one flag must be set; null leaves one as it is.
///
/// @param emailNotificationsEnabled all e-mails
/// @param toolErrorNotificationsEnabled those about a tool's errors
/// @param runFailureNotificationsEnabled those about failed runs
public record UpdateNotificationsOptions(
    @Nullable Boolean emailNotificationsEnabled,
    @Nullable Boolean toolErrorNotificationsEnabled,
    @Nullable Boolean runFailureNotificationsEnabled) {
  private static final UpdateNotificationsOptions DEFAULTS =
      new UpdateNotificationsOptions(null, null, null);

  /// Every option at its default.
  public static UpdateNotificationsOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `emailNotificationsEnabled`.
  public UpdateNotificationsOptions emailNotificationsEnabled(
      @Nullable Boolean emailNotificationsEnabled) {
    return new UpdateNotificationsOptions(
        emailNotificationsEnabled, toolErrorNotificationsEnabled, runFailureNotificationsEnabled);
  }

  /// A copy with another `toolErrorNotificationsEnabled`.
  public UpdateNotificationsOptions toolErrorNotificationsEnabled(
      @Nullable Boolean toolErrorNotificationsEnabled) {
    return new UpdateNotificationsOptions(
        emailNotificationsEnabled, toolErrorNotificationsEnabled, runFailureNotificationsEnabled);
  }

  /// A copy with another `runFailureNotificationsEnabled`.
  public UpdateNotificationsOptions runFailureNotificationsEnabled(
      @Nullable Boolean runFailureNotificationsEnabled) {
    return new UpdateNotificationsOptions(
        emailNotificationsEnabled, toolErrorNotificationsEnabled, runFailureNotificationsEnabled);
  }
}
