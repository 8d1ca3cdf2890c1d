package dev.onceonly.http;

import io.helidon.webserver.Router;
import io.helidon.webserver.Routing;
import io.helidon.webserver.http.HttpRouting;
import java.util.List;

/// Helidon's list of routings with ours as the only one. Added to the server's builder instead, it
/// would share the place of HTTP routing with Helidon's empty one, and chance would decide.
record OnlyRouting(HttpRouting routing) implements Router {
  @Override
  public <T extends Routing> T routing(Class<T> type, T absent) {
    return type.isInstance(routing) ? type.cast(routing) : absent;
  }

  @Override
  public void afterStop() {}

  @Override
  public void beforeStart() {}

  @Override
  public List<? extends Routing> routings() {
    return List.of(routing);
  }
}
