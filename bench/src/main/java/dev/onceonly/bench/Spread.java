package dev.onceonly.bench;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// The median of several figures, and the smallest and the largest of them. All NaN for no figures.
record Spread(double median, double min, double max) {
  static Spread of(Collection<Double> figures) {
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int n = sorted.length;
    if (n == 0) {
      return new Spread(Double.NaN, Double.NaN, Double.NaN);
    }
    double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    return new Spread(median, sorted[0], sorted[n - 1]);
  }

  static <T> Spread of(List<T> items, ToDoubleFunction<T> figure) {
    return of(items.stream().map(figure::applyAsDouble).toList());
  }

  /// `median (min..max)`, each in the `%` format given; a dash for no figures.
  String text(String format) {
    if (Double.isNaN(median)) {
      return "–";
    }
    return String.format(
        Locale.ROOT, format + " (" + format + ".." + format + ")", median, min, max);
  }
}
