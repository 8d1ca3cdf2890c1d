package dev.onceonly.testkit;

import static dev.onceonly.testkit.FreeStep.change;
import static dev.onceonly.testkit.FreeStep.saving;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Grant;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.lease.Ending;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.MonthKey;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.core.usage.MonthRow.Counters;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every kind of row comes back exactly as it was given, after a restart too.
public interface RowCases extends StoreUnderTest {

  /// Texts that have broken stores: quotes, wild cards, controls, other alphabets, characters
  /// outside the basic plane, what looks like SQL, JSON, a path or an escape.
  List<String> TEXTS =
      List.of(
          "a",
          " ",
          " padded ",
          "quote' double\" back` slash\\",
          "percent% under_ star* question?",
          "%2F/../%00;--",
          "'); DROP TABLE locks; --",
          "{\"json\":[1,null]}",
          "line\nfeed\r\ttab\u0001\u007f",
          "\u00fc\u00df\u4e16\u754c\u0639\u0631\u0628\u064a",
          "e\u0301 \u00e9",
          "\ud83d\ude80\ud83d\udc69\u200d\ud83d\udd2c",
          "\ufffd\ufeff\uffff",
          "0",
          "1e5",
          "\ud83d\ude00".repeat(256),
          "x".repeat(256));

  /// The ends of the range and what lies about zero.
  List<Long> NUMBERS =
      List.of(Long.MIN_VALUE, -1L, 0L, 1L, (1L << 53) - 1, Long.MAX_VALUE - 1, Long.MAX_VALUE);

  /// So late that no sweep forgets the row while a test looks for it.
  long FAR_MS = 1L << 60;

  @Test
  default void locksComeBackExactly() {
    Written written = new Written(this);
    for (String text : TEXTS) {
      LockKey key = new LockKey(1, text);
      written.save(key, new LockRow(new Grant(1, 2, FAR_MS, 4, null, null, 0), false, null));
      written.save(key, new LockRow(new Grant(5, 6, FAR_MS, 8, text, text, 1), true, text));
      written.save(key, new LockRow(new Grant(9, FAR_MS, 2, 3, null, text, 300), false, null));
      written.save(key, new LockRow(new Grant(9, FAR_MS, 2, 3, text, null, 0), false, "{}"));
    }
    for (long n : NUMBERS) {
      Grant grant = new Grant(n, FAR_MS, Math.abs(n / 2), n, null, null, n);
      written.save(new LockKey(n, "k"), new LockRow(grant, false, null));
    }
    written.isThereAfterARestart();
  }

  @Test
  default void leasesComeBackExactly() {
    Written written = new Written(this);
    for (String text : TEXTS) {
      LeaseKey key = new LeaseKey(1, text);
      Grant bare = new Grant(1, 2, 3, 4, null, null, 0);
      Grant full = new Grant(5, 6, 7, 8, text, text, Long.MAX_VALUE);
      written.save(key, new LeaseRow(bare, 1, 2, FAR_MS, null));
      written.save(key, lease(bare, new Ending(FAR_MS, null, null, null, null, null)));
      written.save(key, lease(full, new Ending(FAR_MS, text, text, text, text, true)));
      written.save(key, lease(full, new Ending(FAR_MS, null, text, null, null, false)));
      written.save(key, lease(bare, null));
      written.save(key, lease(full, new Ending(FAR_MS, text, null, null, text, null)));
    }
    for (long n : NUMBERS) {
      Grant grant = new Grant(n, n, n, n, null, null, n);
      written.save(new LeaseKey(n, "k"), new LeaseRow(grant, n, n, FAR_MS, null));
    }
    written.save(
        new LeaseKey(1, "for ever"),
        new LeaseRow(new Grant(1, 2, 3, 4, null, null, 0), 1, 2, Long.MAX_VALUE, null));
    written.isThereAfterARestart();
  }

  private static LeaseRow lease(Grant grant, @Nullable Ending ending) {
    return new LeaseRow(grant, 4, 5, FAR_MS, ending);
  }

  private static LeaseRow lease() {
    return lease(new Grant(1, 2, 3, 4, null, null, 0), null);
  }

  @Test
  default void leaseDocumentsComeBackExactly() {
    Written written = new Written(this);
    for (String text : TEXTS) {
      LeaseKey lease = new LeaseKey(1, text);
      written.save(lease, lease());
      written.save(new LeaseDocumentKey(lease, Kind.METADATA), new LeaseDocument(text));
      written.save(new LeaseDocumentKey(lease, Kind.RESULT), new LeaseDocument("{\"r\":1}"));
      written.save(new LeaseDocumentKey(lease, Kind.RESULT), new LeaseDocument(text + text));
    }
    LeaseKey lease = new LeaseKey(1, "large");
    written.save(lease, lease());
    LeaseDocumentKey large = new LeaseDocumentKey(lease, Kind.RESULT);
    written.save(large, new LeaseDocument(""));
    written.save(large, new LeaseDocument("\u00fc".repeat(1 << 20)));
    written.isThereAfterARestart();
  }

  @Test
  default void usageComesBackExactly() {
    Written written = new Written(this);
    Counters make = new Counters(Long.MAX_VALUE, 2, 3, 0);
    Counters ai = new Counters(4, 5, Long.MAX_VALUE, 7);
    written.save(new MonthKey(1, 202611), new MonthRow(make, ai));
    written.save(new MonthKey(1, 202612), new MonthRow(Counters.NONE, new Counters(1, 2, 3, 4)));
    written.save(new MonthKey(Long.MIN_VALUE, 202611), MonthRow.NONE);
    written.save(
        new DayKey(1, 20_000),
        new DayRow(
            new DayRow.Make(1, 2, 3, 4),
            new DayRow.Ai(5, 6, 7, 8, 9, 10),
            new DayRow.Tools(11, 12, 13, 14, Long.MAX_VALUE)));
    written.save(new DayKey(1, Integer.MAX_VALUE), DayRow.NONE);
    written.save(new DayKey(1, -1), DayRow.NONE.plus(new DayRow.Make(Long.MAX_VALUE, 0, 0, 0)));
    written.isThereAfterARestart();
  }

  @Test
  default void accountsComeBackExactly() {
    Written written = new Written(this);
    for (int i = 0; i < TEXTS.size(); i++) {
      String text = TEXTS.get(i);
      NamespaceKey key = new NamespaceKey(text);
      written.save(key, new Namespace(i, text, "free", i, null, Notifications.ALL));
      written.save(
          key, new Namespace(i, text, text, i, text, new Notifications(false, true, false)));
      written.save(
          key, new Namespace(i, text, text, i, null, new Notifications(true, false, true)));
    }
    Iterator<Long> numbers = NUMBERS.iterator();
    for (Role role : Role.values()) {
      String hash = role.wireName().repeat(4);
      List<String> agents = role == Role.AGENT ? List.of("bot-*", "'%_\ud83d\ude80") : List.of();
      List<String> locks = role == Role.AGENT ? List.of("*", "a b", "\ud83d\ude80'%_") : List.of();
      Powers powers = new Powers(role, agents, locks);
      ApiKey.Span span = new ApiKey.Span(5, null);
      ApiKey key = new ApiKey(numbers.next(), "key_" + role, -1, "once\u2026", powers, span);
      written.save(new ApiKeyKey(hash), key);
      written.save(new ApiKeyKey(hash), key.disabledAt(0));
      written.save(new ApiKeyKey(hash), key.disabledAt(Long.MAX_VALUE));
    }
    written.save(SequenceKey.NAMESPACES, new SequenceRow(Long.MAX_VALUE));
    written.save(new SequenceKey("it's"), new SequenceRow(Long.MIN_VALUE));
    written.isThereAfterARestart();
  }

  @Test
  default void whatWasNeverSavedIsNotThere() {
    LeaseKey lease = new LeaseKey(1, "k");
    List<RowKey<?>> keys =
        List.of(
            new LockKey(1, "k"),
            lease,
            new LeaseDocumentKey(lease, Kind.METADATA),
            new MonthKey(1, 202611),
            new DayKey(1, 1),
            new NamespaceKey("n"),
            new ApiKeyKey("h"),
            SequenceKey.NAMESPACES);
    keys.forEach(key -> assertThat((Object) store().get(key)).isNull());
    assertThat(store().namespaces()).isEmpty();
    assertThat(store().apiKeys()).isEmpty();
  }

  @Test
  default void aDeletedLockIsGoneAndCanComeBack() {
    Written written = new Written(this);
    LockKey key = new LockKey(1, "k");
    LockRow row = new LockRow(new Grant(1, 2, FAR_MS, 4, "a", "b", 0), false, "{}");
    store().run(saving(change(key, null)));
    written.save(key, row);
    store().run(saving(change(key, null)));
    assertThat(store().get(key)).isNull();
    restart();
    assertThat(store().get(key)).isNull();
    written.save(key, row);
  }

  @Test
  default void aDeletedLeaseTakesItsDocumentsWithIt() {
    Written written = new Written(this);
    LeaseKey lease = new LeaseKey(1, "k");
    LeaseRow row = lease();
    LeaseDocumentKey metadata = new LeaseDocumentKey(lease, Kind.METADATA);
    LeaseDocumentKey result = new LeaseDocumentKey(lease, Kind.RESULT);
    written.save(lease, row);
    written.save(metadata, new LeaseDocument("{}"));
    written.save(result, new LeaseDocument("{}"));
    store().run(saving(change(lease, null)));
    assertThat(store().get(lease)).isNull();
    assertThat(store().get(metadata)).isNull();
    LeaseKey next = new LeaseKey(1, "the next arrival");
    written.save(next, row);
    assertThat(store().get(new LeaseDocumentKey(next, Kind.RESULT))).isNull();
    written.save(lease, row);
    assertThat(store().get(metadata)).isNull();
    assertThat(store().get(result)).isNull();
  }

  @Test
  default void oneDocumentCanBeDeletedAlone() {
    Written written = new Written(this);
    LeaseKey lease = new LeaseKey(1, "k");
    written.save(lease, lease());
    LeaseDocumentKey metadata = new LeaseDocumentKey(lease, Kind.METADATA);
    LeaseDocumentKey result = new LeaseDocumentKey(lease, Kind.RESULT);
    written.save(metadata, new LeaseDocument("{\"m\":1}"));
    written.save(result, new LeaseDocument("{\"r\":1}"));
    store().run(saving(change(result, null)));
    assertThat(store().get(result)).isNull();
    assertThat(store().get(metadata)).isEqualTo(new LeaseDocument("{\"m\":1}"));
  }

  /// What one test has saved: the last row of each key.
  final class Written {
    private final StoreUnderTest test;
    private final Map<RowKey<?>, @Nullable Object> rows = new LinkedHashMap<>();

    Written(StoreUnderTest test) {
      this.test = test;
    }

    <T> void save(RowKey<T> key, @Nullable T row) {
      test.store().run(saving(change(key, row)));
      assertThat(test.store().get(key)).as("%s", key).isEqualTo(row);
      rows.put(key, row);
    }

    void isThereAfterARestart() {
      test.restart();
      rows.forEach(
          (key, row) -> assertThat((Object) test.store().get(key)).as("%s", key).isEqualTo(row));
    }
  }
}
