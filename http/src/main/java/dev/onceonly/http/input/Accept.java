package dev.onceonly.http.input;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The media types that a client takes, by RFC 9110, 12.5.1: of the ranges that fit a type, the
/// most precise one says its quality. An element that is malformed is passed over. Immutable.
public final class Accept {
  // More say nothing more; every browser sends fewer.
  private static final int RANGES_MAX = 100;

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern QUALITY = Pattern.compile("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?");
  private static final int THOUSAND = 1_000;

  private final List<Range> ranges;

  private Accept(List<Range> ranges) {
    this.ranges = ranges;
  }

  /// Reads the header; null, where it is absent, takes everything.
  public static Accept of(@Nullable String header) {
    List<Range> ranges = new ArrayList<>();
    if (header == null) {
      ranges.add(new Range("*", "*", List.of(), THOUSAND));
    } else {
      for (String element : split(header, ',')) {
        Range range = ranges.size() < RANGES_MAX ? Range.of(element) : null;
        if (range != null) {
          ranges.add(range);
        }
      }
    }
    return new Accept(List.copyOf(ranges));
  }

  /// Whether the first type is wanted, and more than the second.
  public boolean ranksAbove(String type, String subtype, String otherType, String otherSubtype) {
    return quality(type, subtype) > quality(otherType, otherSubtype);
  }

  /// How much a type is wanted, in thousandths; 0 is not at all.
  public int quality(String type, String subtype) {
    int precision = -1;
    int quality = 0;
    for (Range range : ranges) {
      int fit = range.precision(type, subtype);
      if (fit > precision || (fit == precision && fit >= 0 && range.quality > quality)) {
        precision = fit;
        quality = range.quality;
      }
    }
    return quality;
  }

  /// @param quality in thousandths
  private record Range(String type, String subtype, List<String> parameters, int quality) {

    static @Nullable Range of(String element) {
      List<String> parts = split(element, ';');
      String[] types = parts.getFirst().strip().toLowerCase(Locale.ROOT).split("/", -1);
      if (types.length != 2
          || !TOKEN.matcher(types[0]).matches()
          || !TOKEN.matcher(types[1]).matches()
          || (types[0].equals("*") && !types[1].equals("*"))) {
        return null;
      }
      List<String> parameters = new ArrayList<>();
      int quality = THOUSAND;
      for (String part : parts.subList(1, parts.size())) {
        String parameter = part.strip().toLowerCase(Locale.ROOT);
        if (parameter.startsWith("q=")) {
          String number = parameter.substring(2);
          if (!QUALITY.matcher(number).matches()) {
            return null;
          }
          quality = new BigDecimal(number).movePointRight(3).intValue();
          break;
        }
        if (!parameter.isEmpty()) {
          parameters.add(parameter.replace("\"", ""));
        }
      }
      return new Range(types[0], types[1], parameters, quality);
    }

    // -1 where it does not fit. Of parameters only the one that our answers have can fit.
    int precision(String wantedType, String wantedSubtype) {
      if (type.equals("*")) {
        return parameters.isEmpty() ? 0 : -1;
      }
      if (!type.equals(wantedType)) {
        return -1;
      }
      if (subtype.equals("*")) {
        return parameters.isEmpty() ? 1 : -1;
      }
      if (!subtype.equals(wantedSubtype)) {
        return -1;
      }
      if (parameters.isEmpty()) {
        return 2;
      }
      return parameters.equals(List.of("charset=utf-8")) ? 3 : -1;
    }
  }

  /// Splits at a character that stands in no quoted text.
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }
}
