package dev.onceonly.core.service;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.govern.ToolDefinition;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.govern.ToolRow.Secret;
import dev.onceonly.core.govern.ToolSecrets;
import dev.onceonly.core.service.ToolSteps.RegisterResult;
import dev.onceonly.core.service.ToolSteps.Sealed;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The tools registry: every change is in the namespace's audit chain with the key that made it;
/// secrets are sealed before they are kept. Thread-safe. Commands throw the failures of
/// [dev.onceonly.core.step.Lane#run].
public final class Tools {
  private final Store store;
  private final SecretSealer sealer;
  private final UrlPolicy urls;

  public Tools(Store store, SecretSealer sealer, UrlPolicy urls) {
    this.store = store;
    this.sealer = sealer;
    this.urls = urls;
  }

  /// Why a tool can't be registered with this URL, or null where it can.
  public @Nullable String urlRefusal(String url) {
    return urls.refusal(url);
  }

  /// Registers a tool, or puts the definition in the place of the registered one. Equal content
  /// changes nothing. A tool that is there already never counts against the plan.
  ///
  /// @param secrets null keeps those that are registered
  /// @return null where a new tool came without a secret: nothing was changed
  /// @throws Failure `PLAN_LIMIT`; `SECRETS_KEY_MISSING` where secrets came
  public @Nullable ToolRow register(
      Caller caller, ToolKey key, ToolDefinition definition, @Nullable ToolSecrets secrets) {
    Sealed sealed =
        secrets == null
            ? null
            : new Sealed(sealed(key, secrets.secret()), sealed(key, secrets.nextSecret()));
    Long toolsMax = caller.plan().governance().toolsMax();
    RegisterResult result =
        store.run(new ToolSteps.Register(key, definition, sealed, toolsMax, caller.keyId()));
    return switch (result) {
      case RegisterResult.Registered(var row) -> row;
      case RegisterResult.SecretMissing() -> null;
      case RegisterResult.PlanFull(var max) -> throw PlanFeatures.tooManyTools(caller.plan(), max);
    };
  }

  /// The tools of one scope, by name.
  public SortedMap<String, ToolRow> list(long namespaceId, String scopeId) {
    return store.tools(namespaceId, scopeId);
  }

  /// Finds a tool in its very scope.
  ///
  /// @throws Failure `TOOL_NOT_FOUND`
  public ToolRow get(ToolKey key) {
    ToolRow row = store.get(key);
    if (row == null) {
      throw notFound(key);
    }
    return row;
  }

  /// Switches a tool on or off.
  ///
  /// @throws Failure `TOOL_NOT_FOUND`
  public ToolRow toggle(Caller caller, ToolKey key, boolean enabled) {
    return store
        .run(new ToolSteps.Toggle(key, enabled, caller.keyId()))
        .orElseThrow(() -> notFound(key));
  }

  /// Deletes a tool.
  ///
  /// @throws Failure `TOOL_NOT_FOUND`
  public void delete(Caller caller, ToolKey key) {
    if (!store.run(new ToolSteps.Delete(key, caller.keyId()))) {
      throw notFound(key);
    }
  }

  private @Nullable Secret sealed(ToolKey key, @Nullable String secret) {
    return secret == null ? null : sealer.seal(key, secret);
  }

  private static Failure notFound(ToolKey key) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("tool", key.name());
    facts.put("scope_id", key.scopeId());
    return new Failure(
        ErrorCode.TOOL_NOT_FOUND, "no tool " + key.name() + " in " + key.scopeId(), facts, 0);
  }
}
