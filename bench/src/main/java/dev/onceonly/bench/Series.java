package dev.onceonly.bench;

import java.util.List;
import java.util.Locale;

/// What one figure was at several instants.
///
/// @param unit of the values, as shown
/// @param seconds since the begin, growing; as many as values
record Series(String name, String unit, List<Double> seconds, List<Double> values) {
  /// A figure that changes by less over the second half is flat.
  static final double FLAT_PERCENT = 5;

  private static final int WIDTH = 720;
  private static final int HEIGHT = 120;
  private static final int LEFT = 90;
  private static final int RIGHT = 15;
  private static final int TOP = 22;
  private static final int BOTTOM = 8;

  Series {
    seconds = List.copyOf(seconds);
    values = List.copyOf(values);
    if (seconds.size() != values.size() || values.size() < 2) {
      throw new IllegalArgumentException("at least two values, each with its instant");
    }
  }

  /// By how many percent of their mean the values of the second half rise over it, along the line
  /// that fits them best; falling is negative.
  double changePercent() {
    int from = values.size() / 2;
    List<Double> x = seconds.subList(from, seconds.size());
    List<Double> y = values.subList(from, values.size());
    double meanX = mean(x);
    double meanY = mean(y);
    double products = 0;
    double squares = 0;
    for (int i = 0; i < x.size(); i++) {
      products += (x.get(i) - meanX) * (y.get(i) - meanY);
      squares += (x.get(i) - meanX) * (x.get(i) - meanX);
    }
    double slope = squares == 0 ? 0 : products / squares;
    return meanY == 0 ? 0 : 100 * slope * (x.getLast() - x.getFirst()) / meanY;
  }

  boolean isFlat() {
    return Math.abs(changePercent()) <= FLAT_PERCENT;
  }

  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  private static double mean(List<Double> figures) {
    return figures.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /// A picture of several series below one another, over the same time.
  static String svg(List<Series> all) {
    StringBuilder text = new StringBuilder();
    text.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            .formatted(WIDTH, HEIGHT * all.size()));
    text.append("font-family=\"sans-serif\" font-size=\"11\">\n");
    text.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    for (int i = 0; i < all.size(); i++) {
      text.append("<g transform=\"translate(0,%d)\">\n".formatted(HEIGHT * i));
      text.append(all.get(i).panel()).append("</g>\n");
    }
    return text.append("</svg>\n").toString();
  }

  /// From 0 to a little over the largest value.
  private String panel() {
    double top = max() == 0 ? 1 : max() * 1.1;
    double end = Math.max(seconds.getLast(), 1);
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      double x = LEFT + (WIDTH - LEFT - RIGHT) * seconds.get(i) / end;
      double y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * values.get(i) / top;
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
    }
    String head =
        "%s: at most %,.0f %s; %+.1f %% over the second half"
            .formatted(name, max(), unit, changePercent());
    return """
    <text x="%1$d" y="14">%2$s</text>
    <text x="%3$d" y="%4$d" text-anchor="end">%5$,.0f</text>
    <text x="%3$d" y="%6$d" text-anchor="end">0</text>
    <rect x="%1$d" y="%7$d" width="%8$d" height="%9$d" fill="none" stroke="#bbb"/>
    <polyline points="%10$s" fill="none" stroke="#0a5" stroke-width="1.5"/>
    """
        .formatted(
            LEFT,
            head,
            LEFT - 5,
            TOP + 9,
            top,
            HEIGHT - BOTTOM,
            TOP,
            WIDTH - LEFT - RIGHT,
            HEIGHT - TOP - BOTTOM,
            points.toString().strip());
  }
}
