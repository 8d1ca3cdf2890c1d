package dev.onceonly.http;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.http.input.InvalidInput;
import dev.onceonly.http.input.Problem;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.observe.FailureLog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The one place where a refusal or a fault gets its status and its body, always `{"detail": text |
/// object | list}`. Immutable, thread-safe.
public final class ErrorMapping {
  private static final int RETRY_AFTER_SECONDS = 1;

  private final int unavailableStatus;
  private final FailureLog log;

  /// Fixes the one status that is a setting.
  ///
  /// @param log told of what is answered here
  /// @param unavailableStatus 503, or 429 where the caller's client must never go ahead
  ///   unprotected; applies to routes that ask for it
  public ErrorMapping(int unavailableStatus, FailureLog log) {
    if (unavailableStatus != 503 && unavailableStatus != 429) {
      throw new IllegalArgumentException(
          "unavailable_status_code is 503 or 429, was " + unavailableStatus);
    }
    this.unavailableStatus = unavailableStatus;
    this.log = log;
  }

  /// The answer for anything that a handler threw; the log gets to know what the caller does not.
  /// What is not ours becomes a 500 that says nothing.
  ///
  /// @param route null where none was found
  /// @param requestId empty where it is not known
  public Reply reply(Throwable thrown, @Nullable Route route, String requestId) {
    return reply(thrown, route, place(route, requestId));
  }

  /// As above, for somebody of whom more may be known.
  Reply reply(Throwable thrown, @Nullable Route route, FailureLog.Place place) {
    tell(place, thrown);
    return mapped(thrown, route);
  }

  static FailureLog.Place place(@Nullable Route route, String requestId) {
    return new FailureLog.Place(route == null ? "none" : route.pattern(), requestId);
  }

  private void tell(FailureLog.Place place, Throwable thrown) {
    if (thrown instanceof InvalidInput) {
      log.count(ErrorCode.INVALID_INPUT);
    } else {
      log.thrown(place, thrown);
    }
  }

  private Reply mapped(Throwable thrown, @Nullable Route route) {
    if (thrown instanceof Failure failure) {
      return reply(failure, route);
    }
    if (thrown instanceof InvalidInput invalid) {
      return Reply.json(422, body(list(invalid)));
    }
    return text(500, "Internal Server Error");
  }

  /// A handler has answered by itself: a 5xx is told of in the log.
  void answered(Reply reply, FailureLog.Place place) {
    if (reply.status() >= 500) {
      log.answered(
          place,
          reply.status(),
          reply.streamed() == null ? new String(reply.body(), StandardCharsets.UTF_8) : "");
    }
  }

  public Reply methodNotAllowed(String allow) {
    log.count(ErrorCode.METHOD_NOT_ALLOWED);
    return text(405, "Method Not Allowed").with("Allow", allow);
  }

  public Reply notFound() {
    log.count(ErrorCode.NOT_FOUND);
    return text(404, "Not Found");
  }

  /// `{"detail": …}` as a value: what a batch puts in the place of a bad item.
  ///
  /// @param place of the batch
  public ObjectNode body(RuntimeException thrown, FailureLog.Place place) {
    tell(place, thrown);
    if (thrown instanceof InvalidInput invalid) {
      return body(list(invalid));
    }
    if (thrown instanceof Failure failure) {
      return body(detail(failure));
    }
    return body(StringNode.valueOf("Internal Server Error"));
  }

  private Reply reply(Failure failure, @Nullable Route route) {
    int status = status(failure.code(), route);
    Reply reply = Reply.json(status, body(detail(failure)));
    int retryAfterSeconds = failure.retryAfterSeconds();
    if (status == 429 && retryAfterSeconds == 0) {
      retryAfterSeconds = RETRY_AFTER_SECONDS;
    }
    if (failure.code() == ErrorCode.MISSING_TOKEN) {
      reply = reply.with("WWW-Authenticate", "Bearer");
    }
    return retryAfterSeconds > 0
        ? reply.with("Retry-After", Integer.toString(retryAfterSeconds))
        : reply;
  }

  private int status(ErrorCode code, @Nullable Route route) {
    return switch (code) {
      case BAD_REQUEST -> 400;
      case MISSING_TOKEN -> 401;
      case UNKNOWN_TOOLS -> 400;
      case INVALID_API_KEY, API_KEY_DISABLED, FORBIDDEN, FEATURE_NOT_AVAILABLE, PLAN_LIMIT -> 403;
      case NOT_FOUND, TOOL_NOT_FOUND, POLICY_NOT_FOUND, CALL_NOT_FOUND -> 404;
      case CALL_NOT_UNKNOWN, CALL_IN_PROGRESS, KEY_REUSED -> 409;
      case METHOD_NOT_ALLOWED -> 405;
      case REQUEST_TIMEOUT -> 408;
      case BODY_TOO_LARGE -> 413;
      case URI_TOO_LONG -> 414;
      case UNSUPPORTED_MEDIA_TYPE -> 415;
      case INVALID_INPUT, UNKNOWN_TEMPLATE -> 422;
      case RATE_LIMITED, OVERLOADED, STORAGE_LOW -> 429;
      case HEADERS_TOO_LARGE -> 431;
      case INTERNAL -> 500;
      case TOOL_ERROR -> 502;
      case PAUSED, SECRETS_KEY_MISSING -> 503;
      case STORAGE_UNAVAILABLE, UNKNOWN_OUTCOME ->
          route != null && route.unavailableAsConfigured() ? unavailableStatus : 503;
    };
  }

  private static JsonNode detail(Failure failure) {
    return switch (failure.code()) {
      case BAD_REQUEST -> said("Bad Request", failure);
      case MISSING_TOKEN -> said("Missing Authorization Bearer token", failure);
      case INVALID_API_KEY -> said("Invalid API key", failure);
      case API_KEY_DISABLED -> said("API key disabled", failure);
      case NOT_FOUND -> said("Not Found", failure);
      case METHOD_NOT_ALLOWED -> said("Method Not Allowed", failure);
      case REQUEST_TIMEOUT -> said("Request Timeout", failure);
      case BODY_TOO_LARGE -> said("Content Too Large", failure);
      case URI_TOO_LONG -> said("URI Too Long", failure);
      case UNSUPPORTED_MEDIA_TYPE -> said("Unsupported Media Type", failure);
      case HEADERS_TOO_LARGE -> said("Request Header Fields Too Large", failure);
      case INTERNAL -> StringNode.valueOf("Internal Server Error");
      case FORBIDDEN,
          FEATURE_NOT_AVAILABLE,
          PLAN_LIMIT,
          UNKNOWN_TOOLS,
          UNKNOWN_TEMPLATE,
          TOOL_NOT_FOUND,
          POLICY_NOT_FOUND,
          CALL_NOT_FOUND,
          CALL_NOT_UNKNOWN,
          CALL_IN_PROGRESS,
          KEY_REUSED,
          TOOL_ERROR,
          SECRETS_KEY_MISSING ->
          coded(failure.code().name().toLowerCase(Locale.ROOT), failure.facts());
      case RATE_LIMITED -> coded("rate_limited", failure.facts());
      case OVERLOADED -> coded("overloaded", failure.facts());
      case STORAGE_LOW -> coded("storage_low", failure.facts());
      case PAUSED -> coded("paused", failure.facts());
      case STORAGE_UNAVAILABLE -> coded("storage_unavailable", failure.facts());
      case UNKNOWN_OUTCOME -> coded("unknown_outcome", failure.facts());
      case INVALID_INPUT -> list(failure);
    };
  }

  // Text, unless the thrower has facts to tell: then they are the whole detail.
  private static JsonNode said(String text, Failure failure) {
    return failure.facts().isEmpty() ? StringNode.valueOf(text) : Json.tree(failure.facts());
  }

  private static JsonNode coded(String code, Map<String, Object> facts) {
    ObjectNode detail = Json.object().put("error", code);
    facts.forEach((name, value) -> detail.set(name, Json.tree(value)));
    return detail;
  }

  private static ArrayNode list(Failure failure) {
    String msg = "Value error, " + failure.getMessage();
    Problem problem = new Problem("value_error", List.of("body"), msg, Json.object());
    return list(new InvalidInput(List.of(problem)));
  }

  private static ArrayNode list(InvalidInput invalid) {
    ArrayNode list = Json.object().arrayNode();
    for (Problem problem : invalid.problems()) {
      ObjectNode item = list.addObject().put("type", problem.type());
      item.set("loc", Json.tree(problem.loc()));
      item.put("msg", problem.msg());
      if (problem.input() != null) {
        item.set("input", problem.input());
      }
    }
    return list;
  }

  Reply text(int status, String detail) {
    return Reply.json(status, body(StringNode.valueOf(detail)));
  }

  private static ObjectNode body(JsonNode detail) {
    ObjectNode body = Json.object();
    body.set("detail", detail);
    return body;
  }
}
