package dev.onceonly.http.ui;

import dev.onceonly.core.run.RunQueries.RunPage;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The runs of a namespace as a page.
public final class RunListPage {
  private RunListPage() {}

  record View(Layout layout, String prefix, List<Item> runs, Paging paging) {
    boolean listed() {
      return !runs.isEmpty();
    }
  }

  record Item(
      String runId,
      String href,
      String lastType,
      @Nullable Status status,
      Times.At at,
      String events) {}

  /// Shows a page of the list.
  ///
  /// @param prefix of the run ids; empty for all
  public static Reply of(Request request, String prefix, Paging.Window window, RunPage page) {
    View view =
        new View(
            Layout.of("Runs", request),
            prefix,
            page.items().stream().map(RunListPage::item).toList(),
            Paging.of(SignInPage.HOME, prefix, window, page.items().size(), page.total()));
    return Layout.reply(200, "runs", view);
  }

  private static Item item(RunPage.Found run) {
    long events = run.row().events();
    return new Item(
        run.runId(),
        SignInPage.HOME
            + "/"
            + URLEncoder.encode(run.runId(), StandardCharsets.UTF_8).replace("+", "%20"),
        run.row().lastType(),
        Status.of(run.row().lastStatus()),
        Times.At.ofSeconds(run.row().lastTs()),
        events + (events == 1 ? " event" : " events"));
  }
}
