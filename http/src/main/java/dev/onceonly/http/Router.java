package dev.onceonly.http;

import dev.onceonly.http.input.PathVariables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the route for a method and a path. Matches the path as it was sent: it is split at slashes
/// first and decoded afterwards, so `%2F` and `;` stay within their segment. Where a literal and a
/// variable both fit, the literal wins. Immutable after construction, thread-safe.
public final class Router {
  /// What was found for a method and a path.
  public sealed interface Match {
    /// The route, and what its variables hold.
    record Found(Route route, PathVariables variables) implements Match {}

    /// The path is known, but not with this method.
    ///
    /// @param allow the methods that the path has, for the `Allow` header
    record WrongMethod(String allow) implements Match {}

    /// No route has this path.
    record NoSuchPath() implements Match {}
  }

  private static final Match NO_SUCH_PATH = new Match.NoSuchPath();

  // Paths without variables, which are nearly all: one lookup.
  private final Map<String, Methods> fixed = new HashMap<>();
  private final Node root = new Node();

  private final List<Route> routes;

  public Router(List<Route> routes) {
    this.routes = List.copyOf(routes);
    routes.forEach(this::add);
  }

  public List<Route> routes() {
    return routes;
  }

  private void add(Route route) {
    List<String> names = new ArrayList<>();
    Node node = root;
    for (String segment : segments(route.pattern())) {
      if (segment.startsWith("{") && segment.endsWith("}")) {
        names.add(segment.substring(1, segment.length() - 1));
        Node variable = node.variable;
        if (variable == null) {
          variable = new Node();
          node.variable = variable;
        }
        node = variable;
      } else {
        node = node.literals.computeIfAbsent(segment, ignored -> new Node());
      }
    }
    node.methods.add(route, List.copyOf(names));
    if (names.isEmpty()) {
      fixed.put(route.pattern(), node.methods);
    }
  }

  public Match match(String method, String rawPath) {
    Methods methods = fixed.get(rawPath);
    if (methods != null) {
      return methods.match(method, List.of());
    }
    List<String> segments = segments(rawPath);
    List<String> values = new ArrayList<>(4);
    Node node = root.find(segments, 0, values);
    return node == null ? NO_SUCH_PATH : node.methods.match(method, List.copyOf(values));
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>(8);
    int from = 1;
    while (true) {
      int slash = path.indexOf('/', from);
      if (slash < 0) {
        segments.add(path.substring(Math.min(from, path.length())));
        return segments;
      }
      segments.add(path.substring(from, slash));
      from = slash + 1;
    }
  }

  /// The routes of one path.
  private static final class Methods {
    private final Map<String, Route> routes = new HashMap<>();
    private final Map<String, List<String>> names = new HashMap<>();
    private final Map<String, Match.Found> withoutVariables = new HashMap<>();
    private String allow = "";

    void add(Route route, List<String> variableNames) {
      if (routes.put(route.method(), route) != null) {
        throw new IllegalArgumentException(
            "two routes for " + route.method() + " " + route.pattern());
      }
      names.put(route.method(), variableNames);
      if (variableNames.isEmpty()) {
        withoutVariables.put(route.method(), new Match.Found(route, PathVariables.NONE));
      }
      TreeSet<String> methods = new TreeSet<>(routes.keySet());
      if (headAnswered()) {
        methods.add("HEAD");
      }
      allow = String.join(", ", methods);
    }

    boolean isEmpty() {
      return routes.isEmpty();
    }

    Match match(String method, List<String> values) {
      String served = method.equals("HEAD") && headAnswered() ? "GET" : method;
      Match.Found ready = withoutVariables.get(served);
      if (ready != null) {
        return ready;
      }
      Route route = routes.get(served);
      if (route == null) {
        return new Match.WrongMethod(allow);
      }
      return new Match.Found(
          route, new PathVariables(names.getOrDefault(served, List.of()), values));
    }

    // Only on open pages: probes and browsers ask so. Elsewhere HEAD is a wrong method.
    private boolean headAnswered() {
      Route get = routes.get("GET");
      return get != null && get.isOpen();
    }
  }

  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private final Methods methods = new Methods();
    private @Nullable Node variable;

    // Patterns have a handful of segments, so going back from a literal that led nowhere is cheap.
    @Nullable Node find(List<String> segments, int index, List<String> values) {
      if (index == segments.size()) {
        return methods.isEmpty() ? null : this;
      }
      String segment = segments.get(index);
      Node literal = literals.get(segment);
      if (literal != null) {
        Node found = literal.find(segments, index + 1, values);
        if (found != null) {
          return found;
        }
      }
      if (variable == null || segment.isEmpty()) {
        return null;
      }
      values.add(segment);
      Node found = variable.find(segments, index + 1, values);
      if (found == null) {
        values.removeLast();
      }
      return found;
    }
  }
}
