package dev.onceonly.store.sqlite;

import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.MonthKey;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.core.usage.MonthRow.Counters;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Usage by month and by day. These rows are added to and never deleted.
final class UsageTables {
  private UsageTables() {}

  /// Months.
  static final class Months implements Table<MonthKey, MonthRow> {
    private static final String LOAD =
        """
        SELECT make_requests, make_usage, make_blocked, ai_requests, ai_usage, ai_blocked, ai_polling
        FROM usage_months WHERE namespace_id = ? AND month = ?
        """;
    private static final String TOTAL =
        """
        SELECT sum(make_requests), sum(make_usage), sum(make_blocked), sum(ai_requests), sum(ai_usage),
          sum(ai_blocked), sum(ai_polling)
        FROM usage_months WHERE namespace_id = ?
        """;
    private static final String SAVE =
        """
        INSERT INTO usage_months (make_requests, make_usage, make_blocked, ai_requests, ai_usage, ai_blocked,
          ai_polling, namespace_id, month)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (namespace_id, month) DO UPDATE SET make_requests = excluded.make_requests,
          make_usage = excluded.make_usage, make_blocked = excluded.make_blocked,
          ai_requests = excluded.ai_requests, ai_usage = excluded.ai_usage, ai_blocked = excluded.ai_blocked,
          ai_polling = excluded.ai_polling
        """;

    private final Statements statements;

    Months(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable MonthRow load(MonthKey key) throws SQLException {
      PreparedStatement load = statements.get(LOAD);
      load.setLong(1, key.namespaceId());
      load.setInt(2, key.month());
      try (ResultSet row = load.executeQuery()) {
        return row.next() ? read(row) : null;
      }
    }

    MonthRow total(long namespaceId) throws SQLException {
      PreparedStatement total = statements.get(TOTAL);
      total.setLong(1, namespaceId);
      try (ResultSet row = total.executeQuery()) {
        return row.next() ? read(row) : MonthRow.NONE;
      }
    }

    private static MonthRow read(ResultSet row) throws SQLException {
      return new MonthRow(
          new Counters(row.getLong(1), row.getLong(2), row.getLong(3), 0),
          new Counters(row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7)));
    }

    @Override
    public void save(MonthKey key, @Nullable MonthRow row) throws SQLException {
      MonthRow kept = row == null ? MonthRow.NONE : row;
      PreparedStatement save = statements.get(SAVE);
      save.setLong(1, kept.make().requests());
      save.setLong(2, kept.make().usage());
      save.setLong(3, kept.make().blocked());
      save.setLong(4, kept.ai().requests());
      save.setLong(5, kept.ai().usage());
      save.setLong(6, kept.ai().blocked());
      save.setLong(7, kept.ai().polling());
      save.setLong(8, key.namespaceId());
      save.setInt(9, key.month());
      save.executeUpdate();
    }
  }

  /// Days.
  static final class Days implements Table<DayKey, DayRow> {
    private static final String LOAD =
        """
        SELECT day, make_requests, make_locked, make_duplicate, make_blocked, ai_requests, ai_acquired,
          ai_polling, ai_completed, ai_failed, ai_blocked, tools_executed, tools_blocked, tools_dedup, tools_error,
          tools_spend_nano_usd
        FROM usage_days WHERE namespace_id = ? AND day BETWEEN ? AND ?
        """;
    private static final String SAVE =
        """
        INSERT INTO usage_days (make_requests, make_locked, make_duplicate, make_blocked, ai_requests,
          ai_acquired, ai_polling, ai_completed, ai_failed, ai_blocked, tools_executed, tools_blocked, tools_dedup,
          tools_error, tools_spend_nano_usd, namespace_id, day)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (namespace_id, day) DO UPDATE SET make_requests = excluded.make_requests,
          make_locked = excluded.make_locked, make_duplicate = excluded.make_duplicate,
          make_blocked = excluded.make_blocked, ai_requests = excluded.ai_requests,
          ai_acquired = excluded.ai_acquired, ai_polling = excluded.ai_polling,
          ai_completed = excluded.ai_completed, ai_failed = excluded.ai_failed, ai_blocked = excluded.ai_blocked,
          tools_executed = excluded.tools_executed, tools_blocked = excluded.tools_blocked,
          tools_dedup = excluded.tools_dedup, tools_error = excluded.tools_error,
          tools_spend_nano_usd = excluded.tools_spend_nano_usd
        """;

    private final Statements statements;

    Days(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable DayRow load(DayKey key) throws SQLException {
      return range(key.namespaceId(), key.day(), key.day()).get(key.day());
    }

    SortedMap<Integer, DayRow> range(long namespaceId, int fromDay, int toDay) throws SQLException {
      PreparedStatement load = statements.get(LOAD);
      load.setLong(1, namespaceId);
      load.setInt(2, fromDay);
      load.setInt(3, toDay);
      SortedMap<Integer, DayRow> days = new TreeMap<>();
      try (ResultSet row = load.executeQuery()) {
        while (row.next()) {
          days.put(row.getInt(1), read(row));
        }
      }
      return days;
    }

    private static DayRow read(ResultSet row) throws SQLException {
      return new DayRow(
          new DayRow.Make(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)),
          new DayRow.Ai(
              row.getLong(6),
              row.getLong(7),
              row.getLong(8),
              row.getLong(9),
              row.getLong(10),
              row.getLong(11)),
          new DayRow.Tools(
              row.getLong(12), row.getLong(13), row.getLong(14), row.getLong(15), row.getLong(16)));
    }

    @Override
    public void save(DayKey key, @Nullable DayRow row) throws SQLException {
      DayRow kept = row == null ? DayRow.NONE : row;
      PreparedStatement save = statements.get(SAVE);
      save.setLong(1, kept.make().requests());
      save.setLong(2, kept.make().locked());
      save.setLong(3, kept.make().duplicate());
      save.setLong(4, kept.make().blocked());
      save.setLong(5, kept.ai().requests());
      save.setLong(6, kept.ai().acquired());
      save.setLong(7, kept.ai().polling());
      save.setLong(8, kept.ai().completed());
      save.setLong(9, kept.ai().failed());
      save.setLong(10, kept.ai().blocked());
      save.setLong(11, kept.tools().executed());
      save.setLong(12, kept.tools().blocked());
      save.setLong(13, kept.tools().dedup());
      save.setLong(14, kept.tools().error());
      save.setLong(15, kept.tools().spendNanoUsd());
      save.setLong(16, key.namespaceId());
      save.setInt(17, key.day());
      save.executeUpdate();
    }
  }
}
