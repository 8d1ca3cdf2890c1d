package dev.onceonly.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.Money;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.core.usage.UsageDays;
import dev.onceonly.core.usage.UsageKind;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.input.Query;
import dev.onceonly.http.input.TextRule;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// `/v1/usage`, `/v1/usage/all`, `/v1/metrics` and the recent feed, `/v1/events`.
final class UsageRoutes {
  private static final int METRICS_DAYS_MAX = 366;
  private static final int FEED_LIMIT_MAX = 200;
  private static final int FEED_LIMIT_DEFAULT = 50;

  private final Store store;

  UsageRoutes(Store store) {
    this.store = store;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/usage", Admitted.ALL, this::usage),
        Route.get("/v1/usage/all", Admitted.ALL, this::usageAll),
        Route.get("/v1/metrics", Admitted.READING, this::metrics),
        Route.get("/v1/events", Admitted.READING, this::feed));
  }

  record UsageBody(
      String plan,
      String month,
      long usage,
      @Nullable Long limit,
      long requestsTotalMonth,
      long blockedTotalMonth) {}

  record UsageAllBody(String plan, String month, KindBody make, KindBody ai) {}

  /// @param chargedTotalMonth the same as usage for ai, 0 for make
  record KindBody(
      long usage,
      @Nullable Long limit,
      long requestsTotalMonth,
      long blockedTotalMonth,
      long chargedTotalMonth,
      long pollingTotalMonth) {}

  private Reply usage(Request request) {
    Query query = request.query();
    String name = query.optionalText("kind", TextRule.ID);
    UsageKind kind = "ai".equals(name) ? UsageKind.AI : UsageKind.MAKE;
    if (name != null && kind == UsageKind.MAKE && !name.equals("make")) {
      query.refuse("kind", "make or ai");
    }
    request.done();
    Instant now = store.now();
    Plan plan = request.caller().plan();
    MonthRow.Counters counters = month(request.caller(), now).of(kind);
    return Reply.ok(
        new UsageBody(
            plan.name(),
            UsageDays.monthName(now),
            counters.usage(),
            kind == UsageKind.MAKE ? plan.make() : plan.ai(),
            counters.requests(),
            counters.blocked()));
  }

  private Reply usageAll(Request request) {
    Instant now = store.now();
    Plan plan = request.caller().plan();
    MonthRow month = month(request.caller(), now);
    MonthRow.Counters make = month.make();
    MonthRow.Counters ai = month.ai();
    String name = UsageDays.monthName(now);
    UsageAllBody body =
        new UsageAllBody(
            plan.name(),
            name,
            new KindBody(make.usage(), plan.make(), make.requests(), make.blocked(), 0, 0),
            new KindBody(
                ai.usage(), plan.ai(), ai.requests(), ai.blocked(), ai.usage(), ai.polling()));
    return Reply.ok(body).with("X-OnceOnly-Plan", plan.name()).with("X-OnceOnly-Month", name);
  }

  private MonthRow month(Caller caller, Instant now) {
    MonthRow row = store.get(UsageDays.monthKey(caller.namespaceId(), now));
    return row == null ? MonthRow.NONE : row;
  }

  record DayBody(String day, DayRow.Make make, DayRow.Ai ai, ToolsBody tools) {}

  /// Governed calls of the day.
  record ToolsBody(long executed, long blocked, long dedup, long error, BigDecimal spendUsd) {
    static ToolsBody of(DayRow.Tools tools) {
      return new ToolsBody(
          tools.executed(),
          tools.blocked(),
          tools.dedup(),
          tools.error(),
          Money.toUsd(tools.spendNanoUsd()));
    }
  }

  private Reply metrics(Request request) {
    Query query = request.query();
    LocalDate from = query.date("from_day");
    LocalDate to = query.date("to_day");
    // Two days that are none have no distance to complain of.
    request.done();
    if (to.isBefore(from)) {
      query.refuse("to_day", "not before from_day");
    } else if (ChronoUnit.DAYS.between(from, to) >= METRICS_DAYS_MAX) {
      query.refuse("to_day", "at most " + METRICS_DAYS_MAX + " days from from_day on");
    }
    request.done();
    int first = Math.toIntExact(from.toEpochDay());
    int last = Math.toIntExact(to.toEpochDay());
    SortedMap<Integer, DayRow> days = store.days(request.caller().namespaceId(), first, last);
    List<DayBody> bodies = new ArrayList<>();
    for (int day = first; day <= last; day++) {
      DayRow row = days.getOrDefault(day, DayRow.NONE);
      bodies.add(
          new DayBody(
              LocalDate.ofEpochDay(day).toString(),
              row.make(),
              row.ai(),
              ToolsBody.of(row.tools())));
    }
    return Reply.ok(bodies);
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record FeedBody(
      long ts,
      String type,
      @Nullable String key,
      @Nullable String leaseId,
      @Nullable MetaBody meta) {

    /// The governed call that the item is about.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MetaBody(
        String agentId,
        String tool,
        String reason,
        String riskLevel,
        @Nullable String policyVersion) {}

    static FeedBody of(FeedItem item) {
      return new FeedBody(
          Math.floorDiv(item.atMs(), 1_000),
          item.type().name().toLowerCase(Locale.ROOT),
          item.key(),
          item.leaseId(),
          item.blocked() == null ? null : meta(item.blocked()));
    }

    private static MetaBody meta(FeedItem.Blocked call) {
      return new MetaBody(
          call.agentId(), call.tool(), call.reason(), call.riskLevel(), call.policyVersion());
    }
  }

  private Reply feed(Request request) {
    int limit = request.query().integer("limit", 1, FEED_LIMIT_MAX, FEED_LIMIT_DEFAULT);
    int offset = request.query().integer("offset", 0, Integer.MAX_VALUE, 0);
    request.done();
    return Reply.ok(
        store.feed().latest(request.caller().namespaceId(), limit, offset).stream()
            .map(FeedBody::of)
            .toList());
  }
}
