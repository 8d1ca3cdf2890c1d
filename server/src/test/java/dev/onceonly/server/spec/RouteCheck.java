package dev.onceonly.server.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Compares the routes that a server serves with the operations that the document describes.
final class RouteCheck {
  /// Files of the documentation page, and the browsers' sign-in with its files.
  private static final List<String> NO_API = List.of("GET /docs/", "GET /ui/", "POST /ui/");

  /// Where a browser comes first.
  private static final String HOME = "GET /";

  private RouteCheck() {}

  /// One sentence for each route that only one of the two knows. Names of path variables do not
  /// matter; `/` and what is below `/docs/` and `/ui/`, for browsers, is no part of the API.
  ///
  /// @param served the server's routes, each as `METHOD /path/{variable}`
  static List<String> faults(SpecDocument document, Set<String> served) {
    Set<String> documented =
        document.operations().stream()
            .map(Operation::route)
            .map(RouteCheck::unnamed)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> known =
        served.stream()
            .filter(route -> !route.equals(HOME))
            .filter(route -> NO_API.stream().noneMatch(route::startsWith))
            .map(RouteCheck::unnamed)
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> faults = new ArrayList<>();
    documented.stream()
        .filter(route -> !known.contains(route))
        .forEach(route -> faults.add(route + " is documented, but not served"));
    known.stream()
        .filter(route -> !documented.contains(route))
        .forEach(route -> faults.add(route + " is served, but not documented"));
    return faults;
  }

  private static String unnamed(String route) {
    return route.replaceAll("\\{[^}]*}", "{}");
  }
}
