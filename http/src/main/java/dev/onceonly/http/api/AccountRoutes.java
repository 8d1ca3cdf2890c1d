package dev.onceonly.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.input.Fields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `/v1/me` and `/v1/me/notifications`.
final class AccountRoutes {
  private final Store store;
  private final Accounts accounts;
  private final Pause pause;

  AccountRoutes(Store store, Accounts accounts, Pause pause) {
    this.store = store;
    this.accounts = accounts;
    this.pause = pause;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/me", Admitted.ALL, this::me),
        Route.post("/v1/me/notifications", Admitted.ADMIN, this::notifications));
  }

  /// @param currentPeriodEnd always null: a server of one's own bills nobody
  /// @param paused true while the server waits to be resumed after a restore; else left out
  record MeBody(
      String plan,
      String namespace,
      @Nullable String email,
      boolean isActive,
      @Nullable String currentPeriodEnd,
      String keyPreview,
      String role,
      long requestsTotalAllTime,
      long blockedTotalAllTime,
      boolean emailNotificationsEnabled,
      boolean toolErrorNotificationsEnabled,
      boolean runFailureNotificationsEnabled,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean paused,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String pausedReason) {}

  record NotificationsBody(
      boolean emailNotificationsEnabled,
      boolean toolErrorNotificationsEnabled,
      boolean runFailureNotificationsEnabled) {}

  private Reply me(Request request) {
    Caller caller = request.caller();
    Namespace namespace = caller.namespace();
    Notifications mails = namespace.notifications();
    MonthRow total = store.allTime(namespace.id());
    Boolean paused = pause.flag();
    return Reply.ok(
        new MeBody(
            caller.plan().name(),
            namespace.name(),
            namespace.email(),
            true,
            null,
            caller.keyPreview(),
            caller.role().wireName(),
            total.make().requests() + total.ai().requests(),
            total.make().blocked() + total.ai().blocked(),
            mails.email(),
            mails.toolErrors(),
            mails.runFailures(),
            paused,
            Pause.reason(paused)));
  }

  private Reply notifications(Request request) {
    Fields fields = request.body();
    Boolean email = fields.optionalFlag("email_notifications_enabled");
    Boolean toolErrors = fields.optionalFlag("tool_error_notifications_enabled");
    Boolean runFailures = fields.optionalFlag("run_failure_notifications_enabled");
    if (email == null && toolErrors == null && runFailures == null) {
      fields.refuse("email_notifications_enabled", "at least one of the three flags is needed");
    }
    request.done();
    Notifications kept =
        accounts
            .updateNotifications(
                request.caller().keyId(),
                request.caller().namespace().name(),
                was ->
                    new Notifications(
                        email == null ? was.email() : email,
                        toolErrors == null ? was.toolErrors() : toolErrors,
                        runFailures == null ? was.runFailures() : runFailures))
            .notifications();
    return Reply.ok(new NotificationsBody(kept.email(), kept.toolErrors(), kept.runFailures()));
  }
}
