package dev.onceonly.server.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onceonly.server.fault.Acknowledged.Outcome;
import dev.onceonly.server.fault.Attempt.Act;

/// What clients have asked and been told, as marks in a trace.
final class Marks {
  private static final String ASKED = "asked";
  private static final String NONE = "-";

  private Marks() {}

  static byte[] asked(Attempt attempt) {
    String leaseId = attempt.leaseId();
    return words(ASKED, attempt.place(), attempt.act().name(), leaseId == null ? NONE : leaseId);
  }

  static byte[] acknowledged(Acknowledged fact) {
    return words(
        fact.outcome().name(),
        fact.place(),
        fact.id().isEmpty() ? NONE : fact.id(),
        fact.version() + " " + fact.fence() + " " + fact.sentMs());
  }

  private static byte[] words(String first, Place place, String... rest) {
    return "%s %s %d %s %s"
        .formatted(first, place.kind(), place.namespace(), place.key(), String.join(" ", rest))
        .getBytes(UTF_8);
  }

  /// Enters a mark into a ledger.
  static void enter(byte[] mark, Ledger ledger) {
    String[] words = new String(mark, UTF_8).split(" ", -1);
    Place place = new Place(Place.Kind.valueOf(words[1]), Integer.parseInt(words[2]), words[3]);
    if (words[0].equals(ASKED)) {
      ledger.doubt(new Attempt(Act.valueOf(words[4]), place, words[5], null));
    } else {
      ledger.acknowledged(
          new Acknowledged(
              Outcome.valueOf(words[0]),
              place,
              words[4].equals(NONE) ? "" : words[4],
              Long.parseLong(words[5]),
              Long.parseLong(words[6]),
              Long.parseLong(words[7])));
    }
  }
}
