package dev.onceonly.http.api;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.lock.ReleaseLock;
import dev.onceonly.core.lock.ReleaseResult;
import dev.onceonly.core.service.CheckAnswer;
import dev.onceonly.core.service.Locks;
import dev.onceonly.http.ErrorMapping;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.api.LockBodies.BatchBody;
import dev.onceonly.http.api.LockBodies.CheckBody;
import dev.onceonly.http.api.LockBodies.DuplicateBody;
import dev.onceonly.http.api.LockBodies.ReleaseBody;
import dev.onceonly.http.api.Refusals.KeyReusedBody;
import dev.onceonly.http.api.Refusals.LockMismatchBody;
import dev.onceonly.http.api.Refusals.OverLimitBody;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.InvalidInput;
import dev.onceonly.http.input.Problems;
import dev.onceonly.http.input.TextRule;
import dev.onceonly.http.observe.FailureLog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `/v1/check-lock` and below.
final class LockRoutes {
  private static final String STATUS_HEADER = "X-OnceOnly-Status";
  private static final int METADATA_BYTES_MAX = 2_048;
  private static final int BATCH_ITEMS_MAX = 1_000;
  private static final int BATCH_BYTES_MAX = 4 << 20;

  private final Locks locks;
  private final ClaimFields claims;
  private final ErrorMapping errors;
  private final ClaimOutcomes outcomes;
  private final int duplicateStatus;

  /// Wires the routes.
  ///
  /// @param duplicateStatus 200 or 409
  LockRoutes(
      Locks locks,
      ClaimFields claims,
      ErrorMapping errors,
      ClaimOutcomes outcomes,
      int duplicateStatus) {
    this.locks = locks;
    this.claims = claims;
    this.errors = errors;
    this.outcomes = outcomes;
    this.duplicateStatus = duplicateStatus;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/check-lock", Admitted.ACTING, this::check).withUnavailableAsConfigured(),
        Route.post("/v1/check-lock/release", Admitted.ACTING, this::release)
            .withUnavailableAsConfigured(),
        Route.post("/v1/check-lock/batch", Admitted.ACTING, this::batch)
            .withUnavailableAsConfigured()
            .withBodyBytesMax(BATCH_BYTES_MAX));
  }

  private Reply check(Request request) {
    Caller caller = request.caller();
    String attemptId = claims.attemptId(request);
    CheckLock command = command(request.body(), caller, attemptId);
    request.done();
    caller.requireMayName(command.key().key());
    CheckAnswer answer = locks.check(caller, command);
    outcomes.count(answer);
    return switch (answer) {
      case CheckAnswer.OverLimit(var limit) -> Reply.json(402, OverLimitBody.of(limit));
      case CheckAnswer.RanOut ranOut -> throw ranOut.failure();
      case CheckAnswer.Checked(var result) -> checked(command, result);
    };
  }

  private Reply checked(CheckLock command, CheckResult result) {
    String key = command.key().key();
    return switch (result) {
      case CheckResult.Locked(var lock) ->
          Reply.ok(CheckBody.locked(key, lock, false)).with(STATUS_HEADER, "locked");
      case CheckResult.Replayed(var lock) ->
          Reply.ok(CheckBody.locked(key, lock, true)).with(STATUS_HEADER, "locked");
      case CheckResult.Duplicate(var lock) ->
          duplicate(command, lock).with(STATUS_HEADER, "duplicate");
      case CheckResult.Reused(var reuse) -> Reply.json(409, KeyReusedBody.of(reuse));
    };
  }

  private Reply duplicate(CheckLock command, LockRow lock) {
    return duplicateStatus == 409
        ? Reply.json(409, DuplicateBody.of(lock))
        : Reply.ok(CheckBody.duplicate(command.key().key(), lock, command.claim().ttlMs()));
  }

  private CheckLock command(Fields fields, Caller caller, @Nullable String attemptId) {
    LockKey key = new LockKey(caller.namespaceId(), fields.key("key"));
    return new CheckLock(
        key,
        claims.read(fields, caller, attemptId),
        fields.optionalObjectText("metadata", METADATA_BYTES_MAX));
  }

  private Reply release(Request request) {
    String attemptId = claims.attemptId(request);
    Fields fields = request.body();
    Caller caller = request.caller();
    LockKey key = new LockKey(caller.namespaceId(), fields.key("key"));
    String lockId = fields.optionalText("lock_id", TextRule.ID);
    if (lockId == null && attemptId == null) {
      fields.refuse("lock_id", "needed, or the winner's X-OnceOnly-Attempt-Id");
    }
    request.done();
    caller.requireMayName(key.key());
    ReleaseResult result =
        locks.release(new ReleaseLock(key, lockId, attemptId, caller.claimant()));
    return switch (result) {
      case ReleaseResult.Released _, ReleaseResult.AlreadyReleased _ ->
          Reply.ok(ReleaseBody.of(key.key()));
      case ReleaseResult.Mismatch _ -> Reply.json(409, LockMismatchBody.of(key.key()));
      case ReleaseResult.Forbidden _ -> throw caller.forbidden("another key's lock");
    };
  }

  /// A bad or forbidden item gets its own refusal; the good ones are decided together.
  private Reply batch(Request request) {
    Caller caller = request.caller();
    Fields body = request.body();
    List<JsonNode> items = body.elements("items", 1, BATCH_ITEMS_MAX);
    request.done();
    FailureLog.Place place = request.place("an item of a batch");
    List<Object> answers = new ArrayList<>(items.size());
    List<CheckLock> commands = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      try {
        CheckLock command = item(items.get(i), i, caller);
        commands.add(command);
        answers.add(command);
      } catch (InvalidInput | Failure e) {
        answers.add(errors.body(e, place));
      }
    }
    List<CheckAnswer> decided = commands.isEmpty() ? List.of() : locks.checkAll(caller, commands);
    decided.forEach(outcomes::count);
    int next = 0;
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i) instanceof CheckLock command) {
        answers.set(i, itemBody(command, decided.get(next++), place));
      }
    }
    return Reply.ok(new BatchBody(answers));
  }

  private CheckLock item(JsonNode item, int index, Caller caller) {
    Problems problems = new Problems();
    Fields fields = Fields.of(item, List.of("body", "items", index), problems);
    CheckLock command = command(fields, caller, claims.attemptId(fields));
    fields.done();
    caller.requireMayName(command.key().key());
    return command;
  }

  private Object itemBody(CheckLock command, CheckAnswer answer, FailureLog.Place place) {
    String key = command.key().key();
    return switch (answer) {
      case CheckAnswer.OverLimit(var limit) -> OverLimitBody.of(limit);
      case CheckAnswer.RanOut ranOut -> errors.body(ranOut.failure(), place);
      case CheckAnswer.Checked(var result) ->
          switch (result) {
            case CheckResult.Locked(var lock) -> CheckBody.locked(key, lock, false);
            case CheckResult.Replayed(var lock) -> CheckBody.locked(key, lock, true);
            case CheckResult.Duplicate(var lock) ->
                CheckBody.duplicate(key, lock, command.claim().ttlMs());
            case CheckResult.Reused(var reuse) -> KeyReusedBody.of(reuse);
          };
    };
  }
}
