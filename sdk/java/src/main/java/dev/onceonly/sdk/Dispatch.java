package dev.onceonly.sdk;

import dev.onceonly.sdk.error.DispatchVerificationException;
import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A call that the server sends to a tool. What it does not name is null.
///
/// @param tool which tool is called
/// @param agentId who calls it
/// @param args what it is called with
/// @param runId the run that it belongs to
/// @param requestId names this request
/// @param idempotencyKey names the effect, the same with each attempt
/// @param fence grows from call to call, so that a receiver can refuse a smaller one than it has
///   seen
/// @param raw the whole body, unmodifiable
public record Dispatch(
    @Nullable String tool,
    @Nullable String agentId,
    @Nullable Map<String, @Nullable Object> args,
    @Nullable String runId,
    @Nullable String requestId,
    @Nullable String idempotencyKey,
    @Nullable Long fence,
    Map<String, @Nullable Object> raw) {
  /// Proves that a request comes from the server, and reads it.
  ///
  /// @param body the bytes as they came, before anything has read them as JSON
  /// @param header gives the value of a header whatever the case of its name, or null, such as
  ///   `request::getHeader` of a servlet
  /// @param secrets the tool's secret; two of them while one is replaced
  /// @throws DispatchVerificationException if a signature is missing or wrong, the request is too
  ///   old, or its body is no JSON object
  /// @throws IllegalArgumentException if there is no secret, or a blank one
  public static Dispatch verify(
      byte[] body,
      UnaryOperator<@Nullable String> header,
      List<String> secrets,
      Consumer<VerifyOptions> options) {
    new DispatchProof(body, secrets, Arguments.options(new VerifyOptions(), options)).check(header);
    return read(body);
  }

  /// Proves it with every option at its default.
  public static Dispatch verify(
      byte[] body, UnaryOperator<@Nullable String> header, String... secrets) {
    return verify(body, header, List.of(secrets), options -> {});
  }

  /// Proves it by headers in a map, whose values are texts or lists of texts.
  public static Dispatch verify(
      byte[] body, Map<String, ?> headers, List<String> secrets, Consumer<VerifyOptions> options) {
    return verify(body, name -> header(headers, name), secrets, options);
  }

  /// Proves it by headers in a map, with every option at its default.
  public static Dispatch verify(byte[] body, Map<String, ?> headers, String... secrets) {
    return verify(body, headers, List.of(secrets), options -> {});
  }

  private static @Nullable String header(Map<String, ?> headers, @Nullable String name) {
    for (Map.Entry<String, ?> entry : headers.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        Object value = entry.getValue();
        Object first = value instanceof List<?> list && !list.isEmpty() ? list.get(0) : value;
        return String.valueOf(first);
      }
    }
    return null;
  }

  private static Dispatch read(byte[] body) {
    Fields fields = new Fields(object(body));
    return new Dispatch(
        fields.text("tool"),
        fields.text("agent_id"),
        fields.object("args"),
        fields.text("run_id"),
        fields.text("request_id"),
        fields.text("idempotency_key"),
        fields.number("fence"),
        fields.raw());
  }

  private static Map<String, @Nullable Object> object(byte[] body) {
    try {
      var object = Fields.asObject(Json.read(new String(body, StandardCharsets.UTF_8)));
      if (object != null) {
        return object;
      }
    } catch (IllegalArgumentException e) {
      throw new DispatchVerificationException("the dispatch's body is no JSON", e, ErrorFacts.NONE);
    }
    throw new DispatchVerificationException(
        "the dispatch's body is no JSON object", null, ErrorFacts.NONE);
  }
}
