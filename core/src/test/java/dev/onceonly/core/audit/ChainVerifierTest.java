package dev.onceonly.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditEntry.Link;
import dev.onceonly.core.audit.AuditEntry.Verdict;
import dev.onceonly.core.audit.AuditQueries.Numbered;
import dev.onceonly.core.audit.ChainFault.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a walk over a chain finds.
final class ChainVerifierTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 10})
  void aChainAsItWasWrittenIsSoundInPiecesOfAnySize(int length) {
    for (int piece : List.of(1, 2, 3, 100)) {
      assertThat(Chain.of(length).verify(piece)).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4, 7})
  void anEntryThatSaysSomethingElseIsNamed(long number) {
    Chain chain = Chain.of(7);
    chain.change(
        number, e -> new AuditEntry(e.atMs(), e.action(), "key_2", e.call(), e.detail(), e.link()));
    assertFault(chain, number, Kind.CONTENT_CHANGED);
  }

  @Test
  void anEntryThatIsRewrittenWithAFittingHashIsGivenAwayByTheNext() {
    Chain chain = Chain.of(7);
    ChainRow before = new ChainRow(3, chain.entry(3).link().hash(), 0, ChainRow.GENESIS, at(3_000));
    chain.change(
        4, _ -> AuditChain.next(Chain.KEY, before, new Content(4_000, "call", "key_2", null, "")));
    assertFault(chain, 5, Kind.PREVIOUS_DIFFERS);
  }

  @Test
  void theLastEntryRewrittenWithAFittingHashIsGivenAwayByTheHead() {
    Chain chain = Chain.of(3);
    ChainRow before = new ChainRow(2, chain.entry(2).link().hash(), 0, ChainRow.GENESIS, at(2_000));
    chain.change(
        3, _ -> AuditChain.next(Chain.KEY, before, new Content(4_000, "call", "key_2", null, "")));
    assertFault(chain, 3, Kind.HEAD_DIFFERS);
  }

  @Test
  void aChangedLinkIsNamed() {
    Chain hash = Chain.of(3);
    hash.change(2, e -> relinked(e, new Link(e.link().previousHash(), "f".repeat(64))));
    assertFault(hash, 2, Kind.CONTENT_CHANGED);
    Chain previous = Chain.of(3);
    previous.change(2, e -> relinked(e, new Link("f".repeat(64), e.link().hash())));
    assertFault(previous, 2, Kind.PREVIOUS_DIFFERS);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 5})
  void aMissingEntryIsNamed(long number) {
    Chain chain = Chain.of(5);
    chain.entries.removeIf(entry -> entry.number() == number);
    assertFault(chain, number, Kind.MISSING);
  }

  @Test
  void aTailThatWasCutOffIsNamedByItsFirst() {
    Chain chain = Chain.of(9);
    chain.entries.removeIf(entry -> entry.number() >= 4);
    assertFault(chain, 4, Kind.MISSING);
    chain.entries.clear();
    assertFault(chain, 1, Kind.MISSING);
  }

  @Test
  void aTailThatWasCutOffTogetherWithTheLengthIsGivenAwayByTheHeadsHash() {
    Chain chain = Chain.of(9);
    chain.entries.removeIf(entry -> entry.number() >= 4);
    chain.head = new ChainRow(3, chain.head.headHash(), 0, ChainRow.GENESIS);
    assertFault(chain, 3, Kind.HEAD_DIFFERS);
  }

  @Test
  void anEntryBeyondTheHeadIsNamed() {
    Chain chain = Chain.of(3);
    ChainRow head = chain.head;
    chain.append(new Content(9_000, "call", "key_1", null, null));
    chain.head = head;
    assertFault(chain, 4, Kind.BEYOND_HEAD);
  }

  @Test
  void twoEntriesThatChangedPlacesAreNamedByTheFirst() {
    Chain chain = Chain.of(5);
    AuditEntry second = chain.entry(2);
    AuditEntry third = chain.entry(3);
    chain.change(2, _ -> third);
    chain.change(3, _ -> second);
    assertFault(chain, 2, Kind.PREVIOUS_DIFFERS);
  }

  @Test
  void anEntryOfAnotherChainIsNotThisOnes() {
    Content content = new Content(1_000, "call", "key_1", null, "number 1");
    AuditEntry foreign = AuditChain.next(new ChainKey(1, "bot-8"), ChainRow.EMPTY, content);
    Chain chain = new Chain();
    chain.entries.add(new Numbered(1, foreign));
    chain.head = new ChainRow(1, foreign.link().hash(), 0, ChainRow.GENESIS);
    assertFault(chain, 1, Kind.CONTENT_CHANGED);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4, 7})
  void aChainWhosePrefixRetentionRemovedIsSound(long removed) {
    Chain chain = Chain.of(7);
    chain.removeUpTo(removed);
    assertThat(chain.verify(2)).isNull();
    chain.append(new Content(9_000, "call", "key_1", null, null));
    assertThat(chain.verify(2)).isNull();
  }

  @Test
  void aPrefixThatWasRemovedWithoutItsAnchorIsMissing() {
    Chain chain = Chain.of(7);
    chain.entries.removeIf(entry -> entry.number() <= 4);
    assertFault(chain, 1, Kind.MISSING);
  }

  @Test
  void anAnchorThatIsNotTheRemovedEntrysIsFound() {
    Chain chain = Chain.of(7);
    chain.removeUpTo(4);
    chain.head = new ChainRow(7, chain.head.headHash(), 4, "f".repeat(64));
    assertFault(chain, 5, Kind.NOT_AFTER_ANCHOR);
    chain.head = new ChainRow(7, chain.head.headHash(), 3, chain.entry(5).link().previousHash());
    assertFault(chain, 4, Kind.MISSING);
  }

  @Test
  void aPrefixThatWentSoonerThanAllowedIsFoundByTheEntryAfterIt() {
    Chain chain = Chain.of(7);
    chain.removeUpTo(4);
    assertThat(chain.verify(2, 4_000)).isNull();
    assertThat(chain.verify(2, 3_999)).isEqualTo(fault(4, Kind.REMOVED_EARLY));
    ChainRow head = chain.head;
    chain.head = withTimes(head, new ChainRow.Times(7_000, 4_000, 4_400, Chain.KEPT_MS));
    assertThat(chain.verify(2, 4_000)).isEqualTo(fault(4, Kind.REMOVED_EARLY));
    chain.head = withTimes(head, new ChainRow.Times(7_000, 1_000, 9_000, Chain.KEPT_MS));
    assertThat(chain.verify(2, 4_000)).isEqualTo(fault(4, Kind.ANCHOR_TIME_DIFFERS));
    chain.head = withTimes(head, ChainRow.Times.NOT_KEPT);
    assertThat(chain.verify(2, 4_000)).isNull();
    assertThat(chain.verify(2, 3_999)).isEqualTo(fault(4, Kind.REMOVED_EARLY));
  }

  @Test
  void aChainThatWentWholeIsJudgedByItsHead() {
    Chain chain = Chain.of(3);
    chain.removeUpTo(3);
    assertThat(chain.verify(2, 3_000)).isNull();
    assertThat(chain.verify(2, 2_999)).isEqualTo(fault(3, Kind.REMOVED_EARLY));
  }

  @Test
  void entriesOfBeforeInstantsWereKeptAreSoundAndGoOn() {
    Chain chain = new Chain();
    chain.head = new ChainRow(0, ChainRow.GENESIS, 0, ChainRow.GENESIS);
    for (int i = 1; i <= 3; i++) {
      chain.append(new Content(1_000L * i, "call", "key_1", null, "number " + i));
      chain.head = withTimes(chain.head, ChainRow.Times.NOT_KEPT);
    }
    assertThat(chain.entry(3).link().previousAtMs()).isEqualTo(Link.NOT_KEPT);
    assertThat(chain.verify(2, Long.MIN_VALUE)).isNull();
    chain.head = withTimes(chain.head, new ChainRow.Times(3_000, -1, -1, -1));
    chain.append(new Content(4_000, "call", "key_1", null, null));
    chain.append(new Content(5_000, "call", "key_1", null, null));
    assertThat(chain.verify(2, Long.MIN_VALUE)).isNull();
    assertThat(chain.entry(4).link().previousAtMs()).isEqualTo(3_000);

    chain.head = withTimes(chain.head, ChainRow.Times.NOT_KEPT);
    chain.append(new Content(6_000, "call", "key_1", null, null));
    assertThat(chain.verify(2, Long.MIN_VALUE)).isEqualTo(fault(6, Kind.TIME_DIFFERS));
  }

  private static ChainRow.Times at(long headAtMs) {
    return new ChainRow.Times(headAtMs, 0, 0, 0);
  }

  private static ChainRow withTimes(ChainRow row, ChainRow.Times times) {
    return new ChainRow(row.length(), row.headHash(), row.anchorNumber(), row.anchorHash(), times);
  }

  private static ChainFault fault(long number, Kind kind) {
    return new ChainFault(Chain.KEY, number, kind);
  }

  @Test
  void anEntryOfTheRemovedPrefixMayNotComeBack() {
    Chain chain = Chain.of(7);
    AuditEntry second = chain.entry(2);
    chain.removeUpTo(4);
    chain.entries.addFirst(new Numbered(2, second));
    assertFault(chain, 2, Kind.BEFORE_ANCHOR);
  }

  @Test
  void aHeadThatContradictsItsAnchorIsFound() {
    Chain chain = Chain.of(7);
    String hash = chain.head.headHash();
    for (ChainRow impossible :
        List.of(
            new ChainRow(7, hash, 8, hash),
            new ChainRow(7, hash, -1, ChainRow.GENESIS),
            new ChainRow(7, hash, 0, hash),
            new ChainRow(7, hash, 7, "f".repeat(64)),
            new ChainRow(0, hash, 0, ChainRow.GENESIS))) {
      chain.head = impossible;
      assertFault(chain, impossible.length(), Kind.HEAD_IMPOSSIBLE);
    }
  }

  @Test
  void eachFactOfACallIsUnderTheHash() {
    CallFacts facts = facts("mail.send", true, "allowed", "call_1", 30, "v1");
    AuditEntry entry =
        AuditChain.next(Chain.KEY, ChainRow.EMPTY, new Content(1, "call", "key_1", facts, null));
    assertThat(AuditChain.isGenuine(Chain.KEY, 1, entry)).isTrue();
    for (CallFacts other :
        List.of(
            facts("mail.read", true, "allowed", "call_1", 30, "v1"),
            facts("mail.send", false, "allowed", "call_1", 30, "v1"),
            facts("mail.send", true, "blocked", "call_1", 30, "v1"),
            facts("mail.send", true, "allowed", null, 30, "v1"),
            facts("mail.send", true, "allowed", "call_1", 31, "v1"),
            facts("mail.send", true, "allowed", "call_1", 30, null))) {
      AuditEntry changed = new AuditEntry(1, "call", "key_1", other, entry.detail(), entry.link());
      assertThat(AuditChain.isGenuine(Chain.KEY, 1, changed)).as("%s", other).isFalse();
    }
  }

  @Test
  void partsThatRunTogetherDoNotHashTheSame() {
    assertThat(hash("ab", "c", null)).isNotEqualTo(hash("a", "bc", null));
    assertThat(hash("a", "b", null)).isNotEqualTo(hash("a", "b", ""));
    assertThat(hash("a", "b", null)).isNotEqualTo(hash("a", "b", "-"));
    assertThat(hash("a\n1\nb", "c", null)).isNotEqualTo(hash("a", "b\n1\nc", null));
    assertThat(hash("a", "1\nb", "c")).isNotEqualTo(hash("a\n3\n1\nb", "", "c"));
  }

  @Test
  void manyEntriesAreWalkedWithoutKeepingThem() {
    ChainRow head = ChainRow.EMPTY;
    Content content = new Content(1, "call", "key_1", null, null);
    // The head has to be known first, so it is written twice.
    for (int i = 0; i < 300_000; i++) {
      head = after(head, AuditChain.next(Chain.KEY, head, content));
    }
    ChainVerifier verifier = new ChainVerifier(Chain.KEY, head, Long.MAX_VALUE);
    assertThat(verifier.begin()).isNull();
    ChainRow again = ChainRow.EMPTY;
    while (again.length() < head.length()) {
      AuditEntry entry = AuditChain.next(Chain.KEY, again, content);
      again = after(again, entry);
      assertThat(verifier.take(List.of(new Numbered(again.length(), entry)))).isNull();
    }
    assertThat(verifier.end()).isNull();
    assertThat(verifier.lastNumber()).isEqualTo(300_000);
  }

  private static ChainRow after(ChainRow head, AuditEntry entry) {
    return head.grownBy(entry);
  }

  private static AuditEntry relinked(AuditEntry entry, Link link) {
    return new AuditEntry(
        entry.atMs(), entry.action(), entry.actor(), entry.call(), entry.detail(), link);
  }

  private static String hash(String action, String actor, @Nullable String detail) {
    Content content = new Content(1, action, actor, null, detail);
    return AuditChain.next(Chain.KEY, ChainRow.EMPTY, content).link().hash();
  }

  private static CallFacts facts(
      String tool,
      boolean allowed,
      String decision,
      @Nullable String callId,
      long spend,
      @Nullable String version) {
    return new CallFacts(
        tool,
        new Verdict(allowed, decision, "allowed", "low"),
        callId,
        "a".repeat(64),
        spend,
        version);
  }

  private static void assertFault(Chain chain, long number, Kind kind) {
    ChainFault expected = new ChainFault(Chain.KEY, number, kind);
    for (int piece : List.of(1, 2, 100)) {
      assertThat(chain.verify(piece)).isEqualTo(expected);
    }
    assertThat(expected.words()).startsWith("entry " + number + " ");
  }
}
