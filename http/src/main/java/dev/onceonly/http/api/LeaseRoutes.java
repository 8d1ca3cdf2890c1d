package dev.onceonly.http.api;

import dev.onceonly.core.account.Caller;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.ExtendResult;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseStatus;
import dev.onceonly.core.service.LeaseAnswer;
import dev.onceonly.core.service.LeaseView;
import dev.onceonly.core.service.Leases;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.api.LeaseBodies.ExtendedBody;
import dev.onceonly.http.api.LeaseBodies.FinishedBody;
import dev.onceonly.http.api.LeaseBodies.ResultBody;
import dev.onceonly.http.api.LeaseBodies.StatusBody;
import dev.onceonly.http.api.Refusals.ConflictBody;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.TextRule;
import dev.onceonly.http.json.Json;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/ai/lease`, `extend`, `complete`, `fail`, `cancel`, `status`, `result`.
final class LeaseRoutes {
  static final int METADATA_BYTES_MAX = 64 * 1_024;
  private static final TextRule REASON = TextRule.of(0, 256);

  private final Leases leases;
  private final LeaseWaiters waiters;
  private final ClaimFields claims;
  private final ClaimOutcomes outcomes;

  LeaseRoutes(Leases leases, LeaseWaiters waiters, ClaimFields claims, ClaimOutcomes outcomes) {
    this.leases = leases;
    this.waiters = waiters;
    this.claims = claims;
    this.outcomes = outcomes;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/ai/lease", Admitted.ACTING, this::acquire),
        Route.post("/v1/ai/extend", Admitted.ACTING, this::extend),
        Route.post("/v1/ai/complete", Admitted.ACTING, this::complete),
        Route.post("/v1/ai/fail", Admitted.ACTING, this::fail),
        Route.post("/v1/ai/cancel", Admitted.ACTING, this::cancel),
        Route.get("/v1/ai/status", Admitted.ALL, this::status),
        Route.get("/v1/ai/result", Admitted.ALL, this::result));
  }

  private Reply acquire(Request request) {
    Caller caller = request.caller();
    String attemptId = claims.attemptId(request);
    Fields fields = request.body();
    LeaseKey key = key(request);
    AcquireLease command =
        new AcquireLease(
            key,
            claims.read(fields, caller, attemptId),
            fields.optionalObjectText("metadata", METADATA_BYTES_MAX),
            fields.flag("retry_failed", false));
    request.done();
    caller.requireMayName(key.key());
    LeaseAnswer answer = leases.acquire(caller, command);
    outcomes.count(answer);
    return LeaseReplies.of(key.key(), answer, waiters.now());
  }

  private Reply extend(Request request) {
    LeaseKey key = key(request);
    String leaseId = leaseId(request);
    Long ttl = request.body().optionalTtl("ttl");
    request.done();
    Caller caller = request.caller();
    caller.requireMayName(key.key());
    Long ttlMs = ttl == null ? null : (Long) caller.plan().ttl().effectiveMs(ttl);
    return switch (leases.extend(new ExtendLease(key, leaseId, ttlMs, caller.claimant()))) {
      case ExtendResult.Extended(var lease) -> Reply.ok(ExtendedBody.of(key.key(), lease));
      case ExtendResult.Unmoved(var lease) -> Reply.ok(ExtendedBody.of(key.key(), lease));
      case ExtendResult.Refused(var conflict) ->
          Reply.json(409, ConflictBody.of(key.key(), conflict));
    };
  }

  private Reply complete(Request request) {
    Fields fields = request.body();
    ObjectNode result = fields.optionalObject("result", Integer.MAX_VALUE);
    String resultHash = fields.optionalText("result_hash", TextRule.ID);
    return finish(
        request,
        new Outcome.Complete(
            result == null ? null : Json.text(result),
            result == null ? null : Json.canonical(result),
            resultHash));
  }

  private Reply fail(Request request) {
    Fields fields = request.body();
    String errorCode = fields.text("error_code", TextRule.ID);
    String errorHash = fields.optionalText("error_hash", TextRule.ID);
    return finish(request, new Outcome.Fail(errorCode, errorHash));
  }

  private Reply cancel(Request request) {
    return finish(request, Outcome.Fail.canceled(request.body().optionalText("reason", REASON)));
  }

  private Reply finish(Request request, Outcome outcome) {
    LeaseKey key = key(request);
    String leaseId = leaseId(request);
    request.done();
    Caller caller = request.caller();
    caller.requireMayName(key.key());
    FinishLease command = new FinishLease(key, leaseId, outcome, caller.claimant());
    return switch (leases.finish(command)) {
      case FinishResult.Finished(var lease) -> Reply.ok(FinishedBody.of(key.key(), lease));
      case FinishResult.Repeated(var lease) -> Reply.ok(FinishedBody.of(key.key(), lease));
      case FinishResult.Refused(var conflict) ->
          Reply.json(409, ConflictBody.of(key.key(), conflict));
      case FinishResult.Forbidden _ -> throw caller.forbidden("another key's lease");
    };
  }

  private Reply status(Request request) {
    LeaseView view = awaited(request);
    return Reply.ok(StatusBody.of(request.query().key("key"), view));
  }

  private Reply result(Request request) {
    LeaseView view = awaited(request);
    String key = request.query().key("key");
    boolean completed = view.status() == LeaseStatus.COMPLETED;
    String result =
        completed ? leases.result(new LeaseKey(request.caller().namespaceId(), key)) : null;
    return Reply.ok(ResultBody.of(key, view, result));
  }

  private LeaseView awaited(Request request) {
    String key = request.query().key("key");
    Duration wait = request.query().wait("wait");
    request.done();
    request.caller().requireMayName(key);
    LeaseKey lease = new LeaseKey(request.caller().namespaceId(), key);
    return waiters.await(lease, () -> leases.status(lease), wait);
  }

  private static LeaseKey key(Request request) {
    return new LeaseKey(request.caller().namespaceId(), request.body().key("key"));
  }

  private static String leaseId(Request request) {
    return request.body().text("lease_id", TextRule.ID);
  }
}
