package dev.onceonly.sdk.internal.json;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Java values as JSON values. What a function has returned is always representable, because its
/// effect has happened: what JSON can't hold becomes its text.
public final class Values {
  private static final BigInteger INTEGER_MAX = BigInteger.valueOf((1L << 53) - 1);
  private static final int DEPTH_MAX = 60;

  private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private Values() {}

  /// A function's result as the server stores it: an object as it is, null as null, everything else
  /// as `{"data": value}`.
  public static @Nullable Map<String, @Nullable Object> object(@Nullable Object value) {
    Object tree = new Values().tree(value);
    return tree == null || tree instanceof Map ? asMap(tree) : single("data", tree);
  }

  /// Any value as `{"data": value}`.
  public static Map<String, @Nullable Object> data(@Nullable Object value) {
    return single("data", new Values().tree(value));
  }

  /// Metadata: an object as it is, everything else as `{"value": text}`.
  public static @Nullable Map<String, @Nullable Object> metadata(@Nullable Object value) {
    Object tree = new Values().tree(value);
    if (tree == null || tree instanceof Map) {
      return asMap(tree);
    }
    return single("value", tree instanceof String ? tree : Json.text(tree));
  }

  /// A value as maps with text names, lists, texts, numbers, booleans and null, leniently.
  public static @Nullable Object lenient(@Nullable Object value) {
    return new Values().tree(value);
  }

  private static Map<String, @Nullable Object> single(String name, @Nullable Object value) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put(name, value);
    return map;
  }

  // The trees that are made here have text names only.
  @SuppressWarnings("unchecked")
  private static @Nullable Map<String, @Nullable Object> asMap(@Nullable Object tree) {
    return (Map<String, @Nullable Object>) tree;
  }

  // A value's own methods may fail, and its effect has happened all the same.
  private @Nullable Object tree(@Nullable Object value) {
    if (value == null || value instanceof String || value instanceof Boolean) {
      return value;
    }
    try {
      return shown(value);
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      return text(value);
    }
  }

  private @Nullable Object shown(Object value) {
    if (value instanceof Optional<?> optional) {
      return tree(optional.orElse(null));
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof Enum<?> || value instanceof Character || value instanceof UUID) {
      return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }
    if (value instanceof Date date) {
      return Scalars.moment(date);
    }
    if (value instanceof java.time.temporal.TemporalAccessor
        || value instanceof java.time.temporal.TemporalAmount) {
      return value.toString();
    }
    return within(value);
  }

  private @Nullable Object within(Object value) {
    if (open.size() >= DEPTH_MAX || !open.add(value)) {
      // Its text could be endless: a map that contains itself through a list, for one.
      return value.getClass().getName();
    }
    try {
      return structure(value);
    } finally {
      open.remove(value);
    }
  }

  private @Nullable Object structure(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      map.forEach((name, inner) -> object.put(String.valueOf(name), tree(inner)));
      return object;
    }
    if (value instanceof Collection<?> items) {
      return list(items);
    }
    if (value.getClass().isArray() && !(value instanceof byte[])) {
      List<@Nullable Object> items = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        items.add(tree(Array.get(value, i)));
      }
      return items;
    }
    // Once more, for the numbers within.
    return tree(Json.open(value));
  }

  private List<@Nullable Object> list(Collection<?> items) {
    List<@Nullable Object> list = new ArrayList<>(items.size());
    for (Object item : items) {
      list.add(tree(item));
    }
    return list;
  }

  private Object number(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        return String.valueOf(value);
      }
      return number;
    }
    if (number instanceof BigDecimal) {
      return number;
    }
    if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
      return number;
    }
    if (number instanceof Long || number instanceof BigInteger) {
      BigInteger value = new BigInteger(number.toString());
      return value.abs().compareTo(INTEGER_MAX) > 0 ? value.toString() : number;
    }
    // AtomicLong and its kin.
    return new BigDecimal(number.toString());
  }

  private static String text(Object value) {
    try {
      return String.valueOf(value);
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      return value.getClass().getName();
    }
  }
}
