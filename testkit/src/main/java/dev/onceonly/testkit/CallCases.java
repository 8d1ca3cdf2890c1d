package dev.onceonly.testkit;

import static dev.onceonly.testkit.FreeStep.change;
import static dev.onceonly.testkit.FreeStep.saving;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallRow.Asked;
import dev.onceonly.core.govern.CallRow.Delivery;
import dev.onceonly.core.govern.CallRow.Ending;
import dev.onceonly.core.govern.CallRow.Hold;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import dev.onceonly.testkit.RowCases.Written;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Governed calls, their documents and what leads identical ones to them come back exactly, one by
/// one and in lists (contract 17, `Calls`).
public interface CallCases extends StoreUnderTest {
  String HASH = "0123456789abcdef".repeat(4);

  @Test
  default void callsComeBackExactly() {
    Written written = new Written(this);
    long number = 0;
    for (String text : RowCases.TEXTS) {
      CallKey key = new CallKey(1, ++number);
      CallRow bare =
          call("a", CallState.RESERVED).with(new Delivery(text, text, 0, text, 0, RowCases.FAR_MS));
      written.save(key, bare);
      written.save(
          key,
          new CallRow(
              new Asked(text, text, text, text, text, text),
              new Hold(Long.MAX_VALUE, 5),
              new Delivery(HASH, text, Integer.MAX_VALUE, text, Long.MIN_VALUE, Long.MAX_VALUE),
              new Ending(CallState.UNKNOWN, RowCases.FAR_MS, 503, text, text, text)));
      written.save(key, bare.with(ending(CallState.FAILED)));
      written.save(key, null);
      written.save(key, bare.with(new Ending(CallState.EXECUTED, RowCases.FAR_MS, 0, "", "", "")));
    }
    for (String hash :
        List.of(HASH, HASH.toUpperCase(Locale.ROOT), HASH + "0", "", "g".repeat(64))) {
      CallRow row = call("a", CallState.RESERVED);
      Asked asked = new Asked("a", "t", "global", hash, null, null);
      written.save(
          new CallKey(2, ++number), new CallRow(asked, row.hold(), row.delivery(), row.ending()));
    }
    written.save(new CallKey(Long.MIN_VALUE, (1L << 53) - 1), call("a", CallState.RESERVED));
    written.isThereAfterARestart();
  }

  @Test
  default void aCallIsNobodyElses() {
    store().run(saving(change(new CallKey(1, 7), call("a", CallState.RESERVED))));
    CallDocumentKey body = new CallDocumentKey(new CallKey(1, 7), Kind.BODY);
    store().run(saving(change(body, new CallDocument("{}"))));
    assertThat(store().get(new CallKey(2, 7))).isNull();
    assertThat(store().get(new CallDocumentKey(new CallKey(2, 7), Kind.BODY))).isNull();
    assertThat(store().get(new CallKey(1, 8))).isNull();
  }

  @Test
  default void callDocumentsComeBackExactly() {
    Written written = new Written(this);
    long number = 0;
    for (String text : RowCases.TEXTS) {
      CallKey call = new CallKey(1, ++number);
      written.save(call, call("a", CallState.RESERVED));
      written.save(new CallDocumentKey(call, Kind.BODY), new CallDocument(text));
      written.save(new CallDocumentKey(call, Kind.RESULT), new CallDocument("{\"r\":1}"));
      written.save(new CallDocumentKey(call, Kind.RESULT), new CallDocument(text + text));
      written.save(new CallDocumentKey(call, Kind.BODY), null);
    }
    CallDocumentKey large = new CallDocumentKey(new CallKey(1, ++number), Kind.BODY);
    written.save(large, new CallDocument(""));
    written.save(large, new CallDocument("\u00fc".repeat(256 * 1_024)));
    written.isThereAfterARestart();
  }

  @Test
  default void aDeletedCallTakesItsDocumentsWithIt() {
    Written written = new Written(this);
    CallKey call = new CallKey(1, 5);
    CallKey next = new CallKey(1, 6);
    for (CallKey key : List.of(call, next)) {
      written.save(key, call("a", CallState.RESERVED));
      written.save(new CallDocumentKey(key, Kind.BODY), new CallDocument("{}"));
      written.save(new CallDocumentKey(key, Kind.RESULT), new CallDocument("{}"));
    }
    store().run(saving(change(call, null)));
    assertThat(store().get(new CallDocumentKey(call, Kind.BODY))).isNull();
    assertThat(store().get(new CallDocumentKey(call, Kind.RESULT))).isNull();
    assertThat(store().get(new CallDocumentKey(next, Kind.BODY))).isNotNull();
    assertThat(store().get(new CallDocumentKey(next, Kind.RESULT))).isNotNull();
  }

  @Test
  default void dedupEntriesComeBackExactly() {
    Written written = new Written(this);
    for (String text : RowCases.TEXTS) {
      DedupKey key = new DedupKey(1, text);
      written.save(key, new DedupRow(1, CallState.RESERVED, HASH, null, 2, RowCases.FAR_MS));
      written.save(key, new DedupRow(1, CallState.EXECUTED, text, text, 3, RowCases.FAR_MS));
      written.save(key, null);
      written.save(key, new DedupRow(Long.MAX_VALUE, CallState.RESERVED, text, null, 4, 0));
    }
    written.save(
        new DedupKey(2, HASH),
        new DedupRow(5, CallState.EXECUTED, "", "", Long.MAX_VALUE, Long.MAX_VALUE));
    assertThat(store().get(new DedupKey(1, HASH))).isNull();
    written.isThereAfterARestart();
  }

  @Test
  default void callsAreListedNewestFirst() {
    fill();
    restart();
    assertThat(numbers(store().calls(1, null, null, 50, 0))).containsExactly(9, 8, 7, 5, 4, 2, 1);
    assertThat(numbers(store().calls(2, null, null, 50, 0))).containsExactly(6, 3);
    assertThat(store().calls(3, null, null, 50, 0)).isEqualTo(new CallPage(0, List.of()));
    CallPage.Found newest = store().calls(1, null, null, 1, 0).items().getFirst();
    assertThat(newest.key()).isEqualTo(new CallKey(1, 9));
    assertThat(newest.row()).isEqualTo(call("b", CallState.EXECUTED));
  }

  @Test
  default void callsAreListedByStateAndAgent() {
    fill();
    assertThat(numbers(store().calls(1, CallState.EXECUTED, null, 50, 0))).containsExactly(9, 2, 1);
    assertThat(numbers(store().calls(1, CallState.RESERVED, null, 50, 0))).containsExactly(7, 5);
    assertThat(numbers(store().calls(1, CallState.FAILED, null, 50, 0))).containsExactly(4);
    assertThat(numbers(store().calls(1, CallState.UNKNOWN, null, 50, 0))).containsExactly(8);
    assertThat(numbers(store().calls(1, null, "b", 50, 0))).containsExactly(9, 7, 4, 2);
    assertThat(numbers(store().calls(1, CallState.EXECUTED, "b", 50, 0))).containsExactly(9, 2);
    assertThat(store().calls(1, null, "B", 50, 0).total()).isZero();
    store().run(saving(change(new CallKey(1, 7), call("b", CallState.EXECUTED))));
    assertThat(numbers(store().calls(1, CallState.EXECUTED, "b", 50, 0))).containsExactly(9, 7, 2);
    assertThat(numbers(store().calls(1, CallState.RESERVED, null, 50, 0))).containsExactly(5);
  }

  @Test
  default void aPageOfCallsHasTheTotalOfAllThatFit() {
    fill();
    CallPage page = store().calls(1, null, null, 2, 1);
    assertThat(page.total()).isEqualTo(7);
    assertThat(page.items()).extracting(item -> item.key().number()).containsExactly(8L, 7L);
    assertThat(store().calls(1, CallState.EXECUTED, "b", 1, 1).total()).isEqualTo(2);
    assertThat(store().calls(1, null, null, 5, 7)).isEqualTo(new CallPage(7, List.of()));
  }

  @Test
  default void callsWhoseClaimHasLapsedAreListedOldestFirst() {
    CallRow reserved = call("a", CallState.RESERVED);
    store()
        .run(
            saving(
                change(new CallKey(2, 4), reserved.with(claimUntil(100))),
                change(new CallKey(1, 3), reserved.with(claimUntil(101))),
                change(new CallKey(1, 2), reserved.with(claimUntil(99))),
                change(new CallKey(1, 1), call("a", CallState.UNKNOWN).with(claimUntil(99)))));
    restart();
    assertThat(lapsed(100, 9)).containsExactly(new CallKey(1, 2), new CallKey(2, 4));
    assertThat(lapsed(101, 9))
        .containsExactly(new CallKey(1, 2), new CallKey(1, 3), new CallKey(2, 4));
    assertThat(lapsed(101, 1)).containsExactly(new CallKey(1, 2));
    assertThat(lapsed(98, 9)).isEmpty();
    store().run(saving(change(new CallKey(1, 2), reserved.with(claimUntil(500)))));
    store().run(saving(change(new CallKey(2, 4), call("a", CallState.FAILED))));
    assertThat(lapsed(101, 9)).containsExactly(new CallKey(1, 3));
  }

  private List<CallKey> lapsed(long nowMs, int limit) {
    return store().lapsedCalls(nowMs, limit).stream().map(CallPage.Found::key).toList();
  }

  private void fill() {
    save(1, 1, "a", CallState.EXECUTED);
    save(1, 2, "b", CallState.EXECUTED);
    save(2, 3, "b", CallState.EXECUTED);
    save(1, 4, "b", CallState.FAILED);
    save(1, 5, "a", CallState.RESERVED);
    save(2, 6, "a", CallState.RESERVED);
    save(1, 7, "b", CallState.RESERVED);
    save(1, 8, "a", CallState.UNKNOWN);
    save(1, 9, "b", CallState.EXECUTED);
  }

  private void save(long namespaceId, long number, String agentId, CallState state) {
    store().run(saving(change(new CallKey(namespaceId, number), call(agentId, state))));
  }

  private static List<Integer> numbers(CallPage page) {
    assertThat(page.total()).isEqualTo(page.items().size());
    return page.items().stream().map(item -> (int) item.key().number()).toList();
  }

  private static CallRow call(String agentId, CallState state) {
    return new CallRow(
        new Asked(agentId, "mail.send", "global", HASH, null, null),
        new Hold(30_000_000, 5),
        new Delivery(HASH, "key", 1, "sec_1 https://x", 3, RowCases.FAR_MS),
        ending(state));
  }

  private static Ending ending(CallState state) {
    @Nullable Long settledAtMs = state == CallState.RESERVED ? null : (Long) RowCases.FAR_MS;
    return new Ending(state, settledAtMs, null, null, null, null);
  }

  private static Delivery claimUntil(long untilMs) {
    return new Delivery(HASH, "key", 1, "sec_1 https://x", 3, untilMs);
  }
}
