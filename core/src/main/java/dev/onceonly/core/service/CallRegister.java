package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Governed calls as stored, and the way out of `unknown` for a person. Thread-safe.
public final class CallRegister {
  private final Store store;
  private final ToolBody body;
  private final LongFunction<Plan> plans;

  /// Needs no tool.
  ///
  /// @param plans the plan of a namespace, by its id
  public CallRegister(Store store, ToolBody body, LongFunction<Plan> plans) {
    this.store = store;
    this.body = body;
    this.plans = plans;
  }

  /// A page of calls, newest first.
  public CallPage page(
      long namespaceId,
      @Nullable CallState state,
      @Nullable String agentId,
      int limit,
      int offset) {
    return store.calls(namespaceId, state, agentId, limit, offset);
  }

  /// The call with that id, or nothing.
  public Optional<CallPage.Found> find(long namespaceId, String callId) {
    OptionalLong number = CallId.number(callId);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    CallKey key = new CallKey(namespaceId, number.getAsLong());
    return Optional.ofNullable(store.get(key)).map(row -> new CallPage.Found(key, row));
  }

  /// Settles an unknown call by somebody's word. The same word again changes nothing.
  ///
  /// @throws Failure `CALL_NOT_FOUND`, `CALL_NOT_UNKNOWN`
  public CallPage.Found resolve(ResolveCall command) {
    CallKey key = command.call();
    CallRow seen = store.get(key);
    if (seen == null) {
      throw CallRefusals.noCall(CallId.of(key.number()));
    }
    CallDocument sent = store.get(new CallDocumentKey(key, Kind.BODY));
    boolean inRun = sent != null && body.fence(sent.json()) != null;
    long windowMs = SettleStep.windowMs(plans.apply(key.namespaceId()), inRun);
    return new CallPage.Found(key, store.run(new ResolveStep(command, seen, inRun, windowMs)));
  }
}
