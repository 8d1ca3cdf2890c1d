package dev.onceonly.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditChain.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What may have been removed under the retentions that a store tells of.
final class RetentionHistoryTest {
  private final List<AuditEntry> chain = new ArrayList<>();
  private ChainRow head = ChainRow.EMPTY;

  @Test
  void whereNoneWasToldNothingMayBeGone() {
    assertThat(RetentionHistory.of(chain).removableUpToMs(9_000)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void eachCountsUntilTheNext() {
    told(RetentionHistory.content(1_000, Duration.ofMillis(700)));
    assertThat(RetentionHistory.of(chain).removableUpToMs(2_000)).isEqualTo(1_300);
    told(RetentionHistory.content(3_000, Duration.ofMillis(100)));
    told(RetentionHistory.content(4_000, Duration.ofSeconds(5)));
    assertThat(RetentionHistory.of(chain).removableUpToMs(4_500)).isEqualTo(3_900);
    assertThat(RetentionHistory.of(chain).removableUpToMs(20_000)).isEqualTo(15_000);
  }

  @Test
  void anEntryOfAnotherKindTellsNothing() {
    told(new Content(1_000, "store.restore", "operator", null, "700 ms"));
    told(new Content(1_000, RetentionHistory.ACTION, "server", null, "seven days"));
    told(new Content(1_000, RetentionHistory.ACTION, "server", null, null));
    assertThat(RetentionHistory.of(chain).periods()).isEmpty();
  }

  private void told(Content content) {
    AuditEntry entry = AuditChain.next(RetentionHistory.CHAIN, head, content);
    head = head.grownBy(entry);
    chain.add(entry);
  }
}
