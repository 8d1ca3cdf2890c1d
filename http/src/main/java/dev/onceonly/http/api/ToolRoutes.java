package dev.onceonly.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.onceonly.core.govern.ToolDefinition;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.govern.ToolRow.Endpoint;
import dev.onceonly.core.govern.ToolSecrets;
import dev.onceonly.core.service.Tools;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.Query;
import dev.onceonly.http.input.TextRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `/v1/tools` and below.
final class ToolRoutes {
  private static final String ONE = "/v1/tools/{name}";

  private final Tools tools;

  ToolRoutes(Tools tools) {
    this.tools = tools;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/tools", Admitted.READING, this::list),
        Route.post("/v1/tools", Admitted.ADMIN, this::register),
        Route.get(ONE, Admitted.READING, this::get),
        Route.delete(ONE, Admitted.ADMIN, this::delete),
        Route.post(ONE + "/toggle", Admitted.ADMIN, this::toggle));
  }

  /// A tool without its secrets.
  ///
  /// @param secretMask `***` and the secret's last three characters
  /// @param signature `v1` (the published one and ours) or `v2` (ours only)
  /// @param nextSecretId only while a secret is rotated
  record ToolBody(
      String name,
      String scopeId,
      String url,
      int timeoutMs,
      int maxRetries,
      boolean enabled,
      @Nullable String description,
      boolean hasSecret,
      String secretId,
      String secretMask,
      String authType,
      String signature,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextSecretId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextSecretMask) {

    static ToolBody of(String scopeId, String name, ToolRow row) {
      Endpoint endpoint = row.endpoint();
      ToolRow.Secret next = endpoint.nextSecret();
      return new ToolBody(
          name,
          scopeId,
          endpoint.url(),
          row.delivery().timeoutMs(),
          row.delivery().maxRetries(),
          row.enabled(),
          row.description(),
          true,
          endpoint.secret().id(),
          endpoint.secret().mask(),
          ToolFields.AUTH_TYPE,
          endpoint.onlyV2() ? ToolFields.V2 : ToolFields.V1,
          next == null ? null : next.id(),
          next == null ? null : next.mask());
    }
  }

  record DeletedBody(boolean ok, boolean deleted, String name, String scopeId) {}

  private Reply register(Request request) {
    Fields fields = request.body();
    ToolKey key = ToolFields.key(fields, request.caller().namespaceId());
    ToolDefinition definition = ToolFields.definition(fields, tools);
    ToolSecrets secrets = ToolFields.secrets(fields);
    request.done();
    ToolRow row = tools.register(request.caller(), key, definition, secrets);
    if (row == null) {
      // Only now is it known that the tool is new, so that what may be left out of a change is
      // missing here.
      fields.child("auth").text("secret", ToolFields.SECRET);
      request.done();
      throw new IllegalStateException("a registration without a secret was refused for another");
    }
    return Reply.ok(ToolBody.of(key.scopeId(), key.name(), row));
  }

  private Reply list(Request request) {
    String scopeId = scopeId(request.query());
    request.done();
    return Reply.ok(
        tools.list(request.caller().namespaceId(), scopeId).entrySet().stream()
            .map(entry -> ToolBody.of(scopeId, entry.getKey(), entry.getValue()))
            .toList());
  }

  private Reply get(Request request) {
    ToolKey key = key(request);
    request.done();
    return Reply.ok(ToolBody.of(key.scopeId(), key.name(), tools.get(key)));
  }

  private Reply toggle(Request request) {
    ToolKey key = key(request);
    boolean enabled = request.body().requiredFlag("enabled");
    request.done();
    ToolRow row = tools.toggle(request.caller(), key, enabled);
    return Reply.ok(ToolBody.of(key.scopeId(), key.name(), row));
  }

  private Reply delete(Request request) {
    ToolKey key = key(request);
    request.done();
    tools.delete(request.caller(), key);
    return Reply.ok(new DeletedBody(true, true, key.name(), key.scopeId()));
  }

  private static ToolKey key(Request request) {
    String name = request.path("name", TextRule.ID);
    return new ToolKey(request.caller().namespaceId(), scopeId(request.query()), name);
  }

  private static String scopeId(Query query) {
    String scopeId = query.optionalText("scope_id", ToolFields.SCOPE);
    if (scopeId == null) {
      return ToolKey.GLOBAL;
    }
    if (!ToolFields.isScope(scopeId)) {
      query.refuse("scope_id", ToolFields.SCOPE_SAID);
    }
    return scopeId;
  }
}
