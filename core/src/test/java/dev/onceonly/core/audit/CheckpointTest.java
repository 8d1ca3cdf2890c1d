package dev.onceonly.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.ChainFault.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a checkpoint finds that a chain does not tell of itself.
final class CheckpointTest {

  @Test
  void aChainThatHasGrownStillHoldsItsOldHead() {
    Chain chain = Chain.of(4);
    Checkpoint.Head seen = head(chain);
    assertThat(against(seen, chain)).isNull();
    chain.append(new Content(9_000, "call", "key_1", null, null));
    assertThat(against(seen, chain)).isNull();
  }

  @Test
  void aChainThatWasRewrittenFromTheStartIsSoundInItselfOnly() {
    Checkpoint.Head seen = head(Chain.of(4));
    Chain rewritten = new Chain();
    for (int i = 1; i <= 6; i++) {
      rewritten.append(new Content(1_000L * i, "call", "key_1", null, "nothing happened"));
    }
    assertThat(rewritten.verify(2)).isNull();
    assertThat(against(seen, rewritten)).isEqualTo(fault(4, Kind.CHECKPOINT_DIFFERS));
  }

  @Test
  void aChainThatWasShortenedOrDeletedIsNamed() {
    Checkpoint.Head seen = head(Chain.of(4));
    assertThat(against(seen, Chain.of(3))).isEqualTo(fault(4, Kind.MISSING));
    assertThat(seen.against(null, null, Long.MAX_VALUE)).isEqualTo(fault(4, Kind.HEAD_MISSING));
  }

  @Test
  void aHeadThatRetentionRemovedIsComparedWithTheAnchorWhereItIsOne() {
    Chain chain = Chain.of(4);
    Checkpoint.Head seen = head(chain);
    chain.append(new Content(9_000, "call", "key_1", null, null));
    chain.removeUpTo(4);
    assertThat(against(seen, chain)).isNull();
    chain.head = new ChainRow(5, chain.head.headHash(), 4, "f".repeat(64));
    assertThat(against(seen, chain)).isEqualTo(fault(4, Kind.CHECKPOINT_DIFFERS));
    chain.head = new ChainRow(5, chain.head.headHash(), 5, chain.head.headHash());
    assertThat(against(seen, chain)).isNull();
  }

  @Test
  void aHeadThatWentSoonerThanAllowedIsFoundHoweverTheChainIsDressed() {
    Chain chain = Chain.of(4);
    Checkpoint.Head seen = Checkpoint.of(Chain.KEY, chain.head);
    chain.removeUpTo(4);
    assertThat(seen.against(chain.head, null, 4_000)).isNull();
    assertThat(seen.against(chain.head, null, 3_999)).isEqualTo(fault(4, Kind.REMOVED_EARLY));
    assertThat(head(Chain.of(4)).against(chain.head, null, 3_999)).isNull();
  }

  @Test
  void anAnchorThatMovedBackOrChangedIsFound() {
    Chain chain = Chain.of(7);
    chain.removeUpTo(4);
    Checkpoint.Head seen = Checkpoint.of(Chain.KEY, chain.head);
    AuditEntry last = chain.entry(7);
    assertThat(seen.against(chain.head, last, Long.MAX_VALUE)).isNull();
    ChainRow head = chain.head;
    ChainRow back = new ChainRow(7, head.headHash(), 3, head.anchorHash(), head.times());
    assertThat(seen.against(back, last, Long.MAX_VALUE))
        .isEqualTo(fault(4, Kind.ANCHOR_MOVED_BACK));
    ChainRow other = new ChainRow(7, head.headHash(), 4, "f".repeat(64), head.times());
    assertThat(seen.against(other, last, Long.MAX_VALUE))
        .isEqualTo(fault(4, Kind.CHECKPOINT_DIFFERS));
  }

  private static Checkpoint.Head head(Chain chain) {
    return new Checkpoint.Head(Chain.KEY, chain.head.length(), chain.head.headHash());
  }

  private static @Nullable ChainFault against(Checkpoint.Head seen, Chain chain) {
    AuditEntry entry =
        chain.entries.stream()
            .filter(numbered -> numbered.number() == seen.number())
            .map(AuditQueries.Numbered::entry)
            .findFirst()
            .orElse(null);
    return seen.against(chain.head, entry, Long.MAX_VALUE);
  }

  private static ChainFault fault(long number, Kind kind) {
    return new ChainFault(Chain.KEY, number, kind);
  }
}
