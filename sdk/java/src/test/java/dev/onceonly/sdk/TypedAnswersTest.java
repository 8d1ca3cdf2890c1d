package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

/// Answers that older and newer servers give.
final class TypedAnswersTest {
  @Test
  void whatIsAbsentOrOfAnotherTypeIsNullAndWhatIsNewStaysInRaw() {
    String json =
        "{\"plan\":7,\"is_active\":true,\"current_period_end\":\"soon\",\"from_a_newer_one\":[1]}";
    try (OnceOnly client = FakeServer.answering(json).client()) {
      Account account = client.me();
      assertThat(account.plan()).isNull();
      assertThat(account.isActive()).isTrue();
      assertThat(account.currentPeriodEnd()).isNull();
      assertThat(account.requestsTotalAllTime()).isNull();
      assertThat(account.raw()).containsKey("from_a_newer_one");
    }
  }

  @Test
  void aPageWithoutItemsIsEmpty() {
    try (OnceOnly client = FakeServer.answering("{}").client()) {
      assertThat(client.listRuns().items()).isEmpty();
      assertThat(client.gov().listCalls().items()).isEmpty();
      assertThat(client.usageAll().ai().usage()).isNull();
    }
  }

  @Test
  void aTimelineHasInstantsAndDurations() {
    String json =
        "{\"run_id\":\"r\",\"total\":1,\"events\":[{\"id\":3,\"ts\":1777622400,\"type\":\"x\","
            + "\"duration_ms\":1500,\"data\":{\"n\":1}}]}";
    try (OnceOnly client = FakeServer.answering(json).client()) {
      TimelineEvent event = client.async().getRunTimeline("r").join().events().get(0);
      assertThat(event.ts()).isEqualTo(Instant.parse("2026-05-01T08:00:00Z"));
      assertThat(event.duration()).isEqualTo(Duration.ofMillis(1_500));
      assertThat(event.data()).containsKey("n");
      assertThat(event.message()).isNull();
    }
  }

  @Test
  void aDayIsADay() {
    String json = "[{\"day\":\"2026-04-01\",\"make\":{\"locked\":4}},{\"day\":\"never\"}]";
    try (OnceOnly client = FakeServer.answering(json).client()) {
      var days = client.metrics("2026-04-01", "2026-04-02");
      assertThat(days.get(0).day()).isEqualTo(LocalDate.of(2026, 4, 1));
      assertThat(days.get(0).make().locked()).isEqualTo(4);
      assertThat(days.get(1).day()).isNull();
    }
  }
}
