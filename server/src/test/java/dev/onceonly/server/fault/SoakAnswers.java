package dev.onceonly.server.fault;

import dev.onceonly.server.spec.AnswerShapes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Holds every answer to what was expected of it, and counts. Answers are in a few words: the
/// status, and what the body says about it. Thread-safe.
final class SoakAnswers {
  private static final int FAULTS_SHOWN = 30;

  /// Answers of each operation and kind whose whole shape is looked at; checking them all would
  /// take the cores from the server.
  private static final int SHAPES_EACH = 40;

  private final AnswerShapes shapes;
  private final TreeMap<String, TreeMap<String, Long>> counts = new TreeMap<>();
  private final TreeMap<String, Long> faults = new TreeMap<>();
  private final List<String> firstFaults = new ArrayList<>();

  SoakAnswers(AnswerShapes shapes) {
    this.shapes = shapes;
  }

  /// Takes one answer.
  ///
  /// @param words what it said
  /// @param expected all that it may say
  void add(SoakQuestion question, WireClient.Raw answer, String words, Set<String> expected) {
    String operation = question.operation();
    if (!expected.contains(words)) {
      fault(operation + " is answered " + words, "not one of " + expected + ": " + answer);
    }
    if (count(operation, words) <= SHAPES_EACH) {
      shapes
          .faults(operation, answer.status(), answer.headers(), answer.body())
          .forEach(fault -> fault(operation + " " + answer.status() + " has another shape", fault));
    }
  }

  private synchronized long count(String operation, String words) {
    return counts.computeIfAbsent(operation, _ -> new TreeMap<>()).merge(words, 1L, Long::sum);
  }

  /// No whole answer came.
  void lost(SoakQuestion question, IOException reason) {
    fault(question.operation() + " is not answered", reason + ", " + reason.getCause());
  }

  synchronized void fault(String kind, String about) {
    faults.merge(kind, 1L, Long::sum);
    if (firstFaults.size() < FAULTS_SHOWN) {
      firstFaults.add(kind + ": " + (about.length() > 600 ? about.substring(0, 600) : about));
    }
  }

  /// What was wrong: how often each kind of it, then the first of all.
  synchronized List<String> faults() {
    List<String> all = new ArrayList<>();
    faults.forEach((kind, count) -> all.add(count + " × " + kind));
    all.addAll(firstFaults);
    return all;
  }

  /// The operations that were answered.
  synchronized Set<String> operations() {
    return new TreeSet<>(counts.keySet());
  }

  synchronized long total() {
    return counts.values().stream()
        .flatMap(words -> words.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  /// How often each operation gave each answer.
  @Override
  public synchronized String toString() {
    return counts.toString();
  }
}
