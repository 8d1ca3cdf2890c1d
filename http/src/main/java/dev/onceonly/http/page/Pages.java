package dev.onceonly.http.page;

import dev.onceonly.http.Reply;
import dev.onceonly.http.Route;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.observe.ServerMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The routes that need no key.
public final class Pages {
  private static final byte[] ALIVE = Json.write(Map.of("status", "ok"));
  private static final byte[] READY = Json.write(Map.of("status", "ready"));

  private Pages() {}

  /// `/healthz`, `/readyz`, `/metrics`, `/openapi.json`, `/docs` and the files of its page.
  public static List<Route> routes(Readiness readiness, ServerMetrics metrics) {
    KeptFile description = new KeptFile(ApiDescription::json);
    List<Route> routes = new ArrayList<>();
    routes.add(Route.open("/healthz", _ -> Reply.jsonBytes(200, ALIVE)));
    routes.add(Route.open("/readyz", _ -> ready(readiness)));
    routes.add(
        Route.open("/metrics", _ -> Reply.bytes(200, ServerMetrics.CONTENT_TYPE, metrics.text())));
    routes.add(
        Route.open("/openapi.json", _ -> Reply.shared(200, Reply.JSON, description.bytes())));
    routes.addAll(DocsPage.routes());
    return List.copyOf(routes);
  }

  private static Reply ready(Readiness readiness) {
    String troubles = readiness.troubles();
    return troubles == null
        ? Reply.jsonBytes(200, READY)
        : Reply.json(
            503, new TreeMap<>(Map.of("status", "not_ready", "reason", troubles)).descendingMap());
  }
}
