package dev.onceonly.store.sqlite;

import java.util.List;

/// What a restore has made of what its store knew of who may act.
///
/// @param replaced whether there was a store to compare with; without one nothing is known of what
///   has happened since the backup
/// @param differences in the order in which they are told
/// @param unread what of the replaced store could not be read, with SQLite's word for why: nothing
///   is known of it
public record RestoreReport(boolean replaced, List<Difference> differences, List<String> unread) {

  /// What became of something.
  public enum Kind {
    KEPT_OFF("disabled since the backup, and kept disabled"),
    ENABLED_AGAIN("disabled since the backup, and ENABLED again as in the backup"),
    OFF_AGAIN("enabled since the backup, and disabled again as in the backup"),
    BACK("deleted since the backup, and back again"),
    CHANGED_BACK("changed since the backup, and as in the backup again"),
    UNKNOWN_BEFORE("in the backup, but not in the store that was replaced"),
    LOST("made since the backup, and lost with the store that was replaced");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// For people.
    public String words() {
      return words;
    }
  }

  /// What can differ.
  public enum Subject {
    NAMESPACE("namespace"),
    SWITCH("the switch of all agents"),
    AGENT("agent"),
    API_KEY("API key"),
    TOOL("tool"),
    POLICY("policy of agent");

    private final String words;

    Subject(String words) {
      this.words = words;
    }

    /// For people.
    public String words() {
      return words;
    }
  }

  /// One thing.
  ///
  /// @param name as users chose it: it may have any character; empty for the switch of all
  public record Difference(Kind kind, Subject subject, String namespace, String name) {}

  public RestoreReport {
    differences = List.copyOf(differences);
    unread = List.copyOf(unread);
  }
}
