package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// A word of `status` or `decision` that a workload expects, in the compact JSON that the server
/// writes.
final class StatusWord {
  static final StatusWord LOCKED = new StatusWord("locked");
  static final StatusWord DUPLICATE = new StatusWord("duplicate");
  static final StatusWord ACQUIRED = new StatusWord("acquired");
  static final StatusWord EXTENDED = new StatusWord("extended");
  static final StatusWord COMPLETED = new StatusWord("completed");
  static final StatusWord EXECUTED = new StatusWord("decision", "executed");
  static final StatusWord BLOCKED = new StatusWord("decision", "blocked");
  static final StatusWord DRY_RUN = new StatusWord("decision", "dry_run");

  private final byte[] json;

  private StatusWord(String word) {
    this("status", word);
  }

  private StatusWord(String field, String word) {
    json = ("\"" + field + "\":\"" + word + "\"").getBytes(US_ASCII);
  }

  /// Whether the answer is a 200 that says this word.
  boolean isIn(Response response) {
    return response.status() == 200 && response.bodyHas(json);
  }

  /// How often the body says this word.
  int countIn(Response response) {
    int found = 0;
    int at = response.after(json, response.bodyStart());
    while (at >= 0) {
      found++;
      at = response.after(json, at);
    }
    return found;
  }
}
