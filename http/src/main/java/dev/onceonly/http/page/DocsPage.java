package dev.onceonly.http.page;

import dev.onceonly.http.Reply;
import dev.onceonly.http.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// Swagger UI on our own description. Every file comes from here, so it works without the internet,
/// and the browser is told to load nothing from elsewhere.
final class DocsPage {
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";
  private static final String PNG = "image/png";

  // Its icons are data URIs in the style sheet; it sets no style attributes in markup.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/";
  private static final String WEBJAR_VERSION =
      "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

  private DocsPage() {}

  /// One route for each file that the page needs, and no other file of the library.
  static List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(file("/docs", Reply.HTML, "docs.html"));
    routes.add(file("/docs/start.js", SCRIPT, "start.js"));
    routes.add(library("swagger-ui.css", STYLE));
    routes.add(library("swagger-ui-bundle.js", SCRIPT));
    routes.add(library("favicon-16x16.png", PNG));
    routes.add(library("favicon-32x32.png", PNG));
    return routes;
  }

  private static Route library(String name, String contentType) {
    // Read when it is first asked for: once for all, because it may be asked for by many at once.
    KeptFile file = new KeptFile(() -> Files.bytes(WEBJAR + version() + "/" + name));
    return Route.open(
        "/docs/" + name,
        _ -> reply(contentType, file.bytes()).with("Cache-Control", "max-age=86400"));
  }

  private static Route file(String path, String contentType, String name) {
    KeptFile file = new KeptFile(() -> Files.bytes(name));
    return Route.open(path, _ -> reply(contentType, file.bytes()));
  }

  private static Reply reply(String contentType, byte[] bytes) {
    return Reply.shared(200, contentType, bytes)
        .with("Content-Security-Policy", POLICY)
        .with("X-Content-Type-Options", "nosniff");
  }

  // The library's folder is named after its version, which the parent POM alone decides.
  private static String version() {
    Properties properties = new Properties();
    try {
      properties.load(new ByteArrayInputStream(Files.bytes(WEBJAR_VERSION)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "");
  }
}
