package dev.onceonly.http.page;

import dev.onceonly.core.service.Notice;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Route;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.observe.ServerMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The routes that need no key.
public final class Pages {
  private static final byte[] ALIVE = Json.write(Map.of("status", "ok"));

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
    Readiness.Report report = readiness.report();
    return report.reasons().isEmpty()
        ? Reply.json(200, new ReadyBody("ready", report.notices()))
        : Reply.json(
            503,
            new NotReadyBody(
                "not_ready",
                report.reasons().getFirst().message(),
                report.reasons(),
                report.notices()));
  }

  private record ReadyBody(String status, List<Notice> notices) {}

  /// @param reason the first one's sentence
  private record NotReadyBody(
      String status, String reason, List<Notice> reasons, List<Notice> notices) {}
}
