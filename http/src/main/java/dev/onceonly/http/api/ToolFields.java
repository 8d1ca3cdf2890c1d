package dev.onceonly.http.api;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.ToolDefinition;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow.Delivery;
import dev.onceonly.core.govern.ToolSecrets;
import dev.onceonly.core.service.Tools;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.TextRule;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a tool's registration.
final class ToolFields {
  static final String AUTH_TYPE = "hmac_sha256";
  static final String V1 = "v1";
  static final String V2 = "v2";
  static final TextRule SECRET = TextRule.of(ToolSecrets.CHARS_MIN, ToolSecrets.CHARS_MAX);

  static final String SCOPE_SAID = "global, or agent: and the id of one agent";

  /// `agent:` and an agent id.
  static final TextRule SCOPE = TextRule.of(1, ToolKey.AGENT_SCOPE.length() + TextRule.ID.max());

  private static final Pattern NAME = Pattern.compile(ToolKey.NAME_FORM);
  private static final TextRule URL = TextRule.of(1, ToolDefinition.URL_CHARS_MAX);
  private static final TextRule DESCRIPTION = TextRule.of(0, ToolDefinition.DESCRIPTION_CHARS_MAX);

  private ToolFields() {}

  static ToolKey key(Fields fields, long namespaceId) {
    String name = fields.text("name", TextRule.ID);
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      fields.refuse("name", "1 to 256 of a-z, A-Z, 0-9, _ . : and -");
    }
    String scopeId = fields.optionalText("scope_id", SCOPE);
    if (scopeId != null && !isScope(scopeId)) {
      fields.refuse("scope_id", SCOPE_SAID);
    }
    return new ToolKey(namespaceId, scopeId == null ? ToolKey.GLOBAL : scopeId, name);
  }

  static boolean isScope(String scopeId) {
    if (!scopeId.startsWith(ToolKey.AGENT_SCOPE)) {
      return scopeId.equals(ToolKey.GLOBAL);
    }
    String agentId = scopeId.substring(ToolKey.AGENT_SCOPE.length());
    return !agentId.isEmpty() && !agentId.equals(AgentKey.ALL);
  }

  static ToolDefinition definition(Fields fields, Tools tools) {
    return new ToolDefinition(
        url(fields, tools),
        onlyV2(fields),
        delivery(fields),
        fields.flag("enabled", true),
        fields.optionalText("description", DESCRIPTION));
  }

  /// The secrets, or null where `auth` is left out.
  static @Nullable ToolSecrets secrets(Fields fields) {
    Fields auth = fields.optionalChild("auth");
    if (auth == null) {
      return null;
    }
    String type = auth.text("type", TextRule.ID);
    if (!type.isEmpty() && !type.equals(AUTH_TYPE)) {
      auth.refuse("type", AUTH_TYPE);
    }
    return new ToolSecrets(
        auth.optionalText("secret", SECRET), auth.optionalText("next_secret", SECRET));
  }

  private static String url(Fields fields, Tools tools) {
    String url = fields.text("url", URL);
    String refusal = url.isEmpty() ? null : tools.urlRefusal(url);
    if (refusal != null) {
      fields.refuse("url", refusal);
    }
    return url;
  }

  private static boolean onlyV2(Fields fields) {
    String signature = fields.optionalText("signature", TextRule.ID);
    if (signature != null && !signature.equals(V1) && !signature.equals(V2)) {
      fields.refuse("signature", "v1 (both signatures) or v2 (only the second)");
    }
    return V2.equals(signature);
  }

  private static Delivery delivery(Fields fields) {
    Long timeoutMs =
        fields.optionalInteger("timeout_ms", Delivery.TIMEOUT_MS_MIN, Delivery.TIMEOUT_MS_MAX);
    Long maxRetries = fields.optionalInteger("max_retries", 0, Delivery.RETRIES_MAX);
    return new Delivery(
        timeoutMs == null ? Delivery.TIMEOUT_MS_DEFAULT : Math.toIntExact(timeoutMs),
        maxRetries == null ? Delivery.RETRIES_DEFAULT : Math.toIntExact(maxRetries));
  }
}
