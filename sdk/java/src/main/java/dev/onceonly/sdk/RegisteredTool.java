package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A tool that the server may call. Its secret is never told. What the server did not send is null.
///
/// @param name its name
/// @param scopeId `global` or `agent:<id>`
/// @param url where it is
/// @param timeoutMs milliseconds for one attempt
/// @param maxRetries further attempts
/// @param enabled whether it may be called
/// @param description a note for people
/// @param hasSecret whether there is a secret
/// @param secretId another secret has another id
/// @param secretMask the secret's last three characters
/// @param authType how calls are signed
/// @param signature which signatures are sent; `v1` is both
/// @param nextSecretId the second secret's id, while one is replaced
/// @param nextSecretMask the second secret's last three characters
/// @param raw the whole object, unmodifiable
public record RegisteredTool(
    @Nullable String name,
    @Nullable String scopeId,
    @Nullable String url,
    @Nullable Long timeoutMs,
    @Nullable Long maxRetries,
    boolean enabled,
    @Nullable String description,
    boolean hasSecret,
    @Nullable String secretId,
    @Nullable String secretMask,
    @Nullable String authType,
    @Nullable String signature,
    @Nullable String nextSecretId,
    @Nullable String nextSecretMask,
    Map<String, @Nullable Object> raw) {
  static RegisteredTool read(Fields fields) {
    return new RegisteredTool(
        fields.text("name"),
        fields.text("scope_id"),
        fields.text("url"),
        fields.number("timeout_ms"),
        fields.number("max_retries"),
        fields.flag("enabled"),
        fields.text("description"),
        fields.flag("has_secret"),
        fields.text("secret_id"),
        fields.text("secret_mask"),
        fields.text("auth_type"),
        fields.text("signature"),
        fields.text("next_secret_id"),
        fields.text("next_secret_mask"),
        fields.raw());
  }
}
