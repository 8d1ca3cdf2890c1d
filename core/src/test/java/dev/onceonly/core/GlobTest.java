package dev.onceonly.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a pattern with stars fits.
final class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "stripe.charge, stripe.charge",
    "*, anything",
    "*, ''",
    "stripe.*, stripe.",
    "stripe.*, stripe.charge",
    "*.delete, db.users.delete",
    "a*c*e, abcde",
    "a*c*e, ace",
    "a**b, ab",
    "*ab, aab",
    "*aab*, aaab",
    "бот-*, бот-7",
    "🤖*, 🤖🤖",
    "[a].+(b)?, [a].+(b)?"
  })
  void itFits(String pattern, String text) {
    assertThat(Glob.matches(pattern, text)).isTrue();
    assertThat(Glob.anyMatches(List.of("nothing", pattern), text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "stripe.charge, stripe.charges",
    "stripe.charge, Stripe.charge",
    "stripe.*, stripe",
    "stripe.*, my.stripe.charge",
    "*.delete, db.delete.all",
    "a*c*e, aec",
    "'', a",
    "stripe.charge, stripexcharge",
    "a?c, abc"
  })
  void itDoesNotFit(String pattern, String text) {
    assertThat(Glob.matches(pattern, text)).isFalse();
    assertThat(Glob.anyMatches(List.of(pattern), text)).isFalse();
  }

  @Test
  void noPatternFitsNothing() {
    assertThat(Glob.anyMatches(List.of(), "")).isFalse();
  }

  @Test
  void aPatternOfManyStarsIsNotSlow() {
    String pattern = "*a".repeat(128) + "b";
    String text = "a".repeat(256);

    Assertions.assertTimeout(
        Duration.ofSeconds(2),
        () -> {
          for (int i = 0; i < 1_000; i++) {
            assertThat(Glob.matches(pattern, text)).isFalse();
          }
        });
  }
}
