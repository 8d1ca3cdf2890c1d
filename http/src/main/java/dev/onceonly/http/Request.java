package dev.onceonly.http;

import dev.onceonly.core.account.Caller;
import dev.onceonly.http.input.Accept;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.InvalidInput;
import dev.onceonly.http.input.PathVariables;
import dev.onceonly.http.input.Problem;
import dev.onceonly.http.input.Problems;
import dev.onceonly.http.input.Query;
import dev.onceonly.http.input.TextRule;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.json.JsonRefused;
import dev.onceonly.http.observe.FailureLog;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/// What was asked. Path, query, headers and body share one list of problems, so [#done()] (or
/// `done()` of the fields or the query) reports all of them. Used by the thread that handles it.
public final class Request {
  /// Finds a header by its name, whatever its case; several of one name are joined by commas.
  @FunctionalInterface
  public interface Headers {
    @Nullable String get(String name);
  }

  /// What the request line said.
  ///
  /// @param rawQuery what follows the `?`; empty where there is none
  public record Target(String method, String rawPath, String rawQuery) {}

  private static final byte[] NO_BODY = {};

  private final Target target;
  private final Headers headers;
  private final PathVariables variables;
  private final String id;
  private final long arrivedNanos;
  private final Incoming incoming;
  private final Problems problems = new Problems();
  private byte[] body = NO_BODY;
  private @Nullable Caller caller;
  private @Nullable Query query;
  private @Nullable Fields fields;

  Request(Incoming incoming, PathVariables variables, String id, long arrivedNanos) {
    this.target = incoming.target();
    this.headers = incoming.headers();
    this.variables = variables;
    this.id = id;
    this.arrivedNanos = arrivedNanos;
    this.incoming = incoming;
  }

  void admitted(Caller admitted) {
    this.caller = admitted;
  }

  /// A valid key was shown, whatever is said to the request: its connection is no stranger's any
  /// more, and the log can name whose it is.
  ///
  /// @throws dev.onceonly.core.Failure `OVERLOADED` where too many connections have one, or their
  ///   requests hold as much memory as they may
  public void authenticated(Caller known) {
    this.caller = known;
    incoming.admitted();
  }

  void received(byte[] bytes) {
    this.body = bytes;
  }

  /// Where and to whom it happens, for the log.
  ///
  /// @param route the pattern of its path, or what else tells it
  public FailureLog.Place place(String route) {
    Caller known = caller;
    FailureLog.Who who =
        known == null
            ? new FailureLog.Who(peerAddress(), "", "")
            : new FailureLog.Who(peerAddress(), known.namespace().name(), known.keyId());
    return new FailureLog.Place(route, id, who);
  }

  public String method() {
    return target.method();
  }

  /// The path as it was sent, not decoded.
  public String rawPath() {
    return target.rawPath();
  }

  public String rawQuery() {
    return target.rawQuery();
  }

  /// What `X-Request-Id` of the answer says: the caller's own, else ours.
  public String id() {
    return id;
  }

  /// When the headers had been read, on the server's nanosecond clock.
  public long arrivedNanos() {
    return arrivedNanos;
  }

  /// The address that the connection comes from, as digits: the last proxy's, where there is one.
  public String peerAddress() {
    return incoming.peerAddress();
  }

  /// Whether the client ranks HTML above JSON; at a tie, and without a word on it, JSON it is.
  public boolean prefersHtml() {
    return Accept.of(headers.get("Accept")).ranksAbove("text", "html", "application", "json");
  }

  /// Whose key it is.
  ///
  /// @throws IllegalStateException on an open route
  public Caller caller() {
    Caller known = caller;
    if (known == null) {
      throw new IllegalStateException("an open route has no caller");
    }
    return known;
  }

  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /// A header with bounds on its text; null where absent.
  public @Nullable String header(String name, TextRule rule) {
    String value = headers.get(name);
    return value != null && rule.accepts(value, List.of("header", name), problems) ? value : null;
  }

  /// A variable of the path, percent-decoded: 1 to 256 code points.
  public String path(String name) {
    return path(name, TextRule.ID);
  }

  public String path(String name, TextRule rule) {
    return variables.text(name, rule, problems);
  }

  public Query query() {
    Query parsed = query;
    if (parsed == null) {
      parsed = Query.parse(target.rawQuery(), problems);
      query = parsed;
    }
    return parsed;
  }

  /// The fields of the JSON body; an empty body is `{}`.
  ///
  /// @throws InvalidInput at once where the body is no JSON
  public Fields body() {
    Fields read = fields;
    if (read == null) {
      read = Fields.of(json(), List.of("body"), problems);
      fields = read;
    }
    return read;
  }

  /// The body's bytes as they came.
  public byte[] bodyBytes() {
    return body;
  }

  private JsonNode json() {
    if (body.length == 0) {
      return Json.object();
    }
    try {
      return Json.readBody(body, incoming.holding());
    } catch (JsonRefused refused) {
      String reason = String.valueOf(refused.getMessage());
      throw new InvalidInput(
          List.of(
              new Problem(
                  "json_invalid", List.of("body", refused.offset()), reason, Json.object())));
    }
  }

  /// Holds memory for what is about to be read, until the answer has been sent.
  ///
  /// @throws dev.onceonly.core.Failure `OVERLOADED` where requests hold as much as they may
  public void holds(long bytes) {
    incoming.holding().take(bytes);
  }

  /// A rule of one route's own on a header.
  public void refuseHeader(String name, String why) {
    String value = headers.get(name);
    problems.add(
        "value_error",
        List.of("header", name),
        "Value error, " + why,
        value == null ? null : StringNode.valueOf(value));
  }

  /// A rule of one route's own on a variable of the path.
  public void refusePath(String name, String why) {
    problems.add("value_error", List.of("path", name), "Value error, " + why, null);
  }

  /// Ends the reading: after it, every value that was taken is good.
  ///
  /// @throws InvalidInput with all problems that path, query, headers and body had so far
  public void done() {
    problems.done();
  }
}
