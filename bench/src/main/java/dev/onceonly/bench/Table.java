package dev.onceonly.bench;

import java.util.ArrayList;
import java.util.List;

/// A Markdown table, padded so that it can be read in a terminal too. The first column is aligned
/// to the left, the others to the right. Not thread-safe.
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> headings) {
    rows.add(List.copyOf(headings));
  }

  void add(List<String> cells) {
    if (cells.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(cells.size() + " cells in a table of another width");
    }
    rows.add(List.copyOf(cells));
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    append(text, rows.getFirst());
    for (int column = 0; column < rows.getFirst().size(); column++) {
      String dashes = "-".repeat(width(column) + 1);
      text.append(column == 0 ? "|" + dashes + "-" : "|" + dashes + ":");
    }
    text.append("|\n");
    rows.subList(1, rows.size()).forEach(row -> append(text, row));
    return text.toString();
  }

  private void append(StringBuilder text, List<String> row) {
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      String padding = " ".repeat(Math.max(0, width(column) - cell.length()));
      text.append("| ").append(column == 0 ? cell + padding : padding + cell).append(' ');
    }
    text.append("|\n");
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
