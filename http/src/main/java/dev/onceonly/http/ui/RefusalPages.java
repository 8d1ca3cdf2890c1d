package dev.onceonly.http.ui;

import dev.onceonly.http.ErrorPages;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.json.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Refusals as pages: the sign-in form where that helps, else what is wrong.
public final class RefusalPages implements ErrorPages {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  record View(Layout layout, String title, List<String> reasons) {}

  @Override
  public Reply page(Request request, Reply refusal) {
    Reply page =
        switch (refusal.status()) {
          case UNAUTHORIZED -> SignInPage.form(UNAUTHORIZED, returnTo(request));
          case FORBIDDEN -> SignInPage.refusal(FORBIDDEN, forbidden(refusal), returnTo(request));
          default -> plain(refusal);
        };
    for (Reply.Line line : refusal.headers()) {
      page = page.with(line.name(), line.value());
    }
    return page;
  }

  private static String returnTo(Request request) {
    String query = request.rawQuery();
    return SignInPage.localPage(request.rawPath() + (query.isEmpty() ? "" : "?" + query));
  }

  private static String forbidden(Reply refusal) {
    JsonNode detail = detail(refusal);
    return detail.path("role").isString()
        ? "A key of role “"
            + detail.path("role").stringValue()
            + "” may not read this page. Sign in with another one."
        : detail.asString("This key may not read this page.") + ". Sign in with another key.";
  }

  private static Reply plain(Reply refusal) {
    String title = title(refusal.status());
    View view = new View(Layout.signedOut(title), title, reasons(detail(refusal)));
    return Layout.reply(refusal.status(), "refusal", view);
  }

  private static String title(int status) {
    if (status == 422) {
      return "That can’t be shown";
    }
    return status == 429 ? "Too much at once" : "Something went wrong";
  }

  private static List<String> reasons(JsonNode detail) {
    List<String> reasons = new ArrayList<>();
    if (detail.isArray()) {
      for (JsonNode problem : detail) {
        List<String> place = new ArrayList<>();
        problem.path("loc").forEach(step -> place.add(step.asString("")));
        reasons.add(String.join(" ", place) + ": " + problem.path("msg").asString(""));
      }
    } else {
      reasons.add(detail.isString() ? detail.stringValue() : detail.path("error").asString(""));
    }
    return reasons;
  }

  private static JsonNode detail(Reply refusal) {
    return Json.read(refusal.body()).path("detail");
  }
}
