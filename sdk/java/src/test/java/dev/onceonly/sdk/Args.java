package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A step's arguments by their neutral names.
///
/// @param fields as the harness gives them
record Args(Fields fields) {
  boolean has(String name) {
    return fields.raw().get(name) != null;
  }

  /// A required text; empty when it is missing, which the SDK must refuse.
  String text(String name) {
    return Objects.requireNonNullElse(fields.text(name), "");
  }

  @Nullable String textOrNull(String name) {
    return fields.text(name);
  }

  @Nullable Object any(String name) {
    return fields.raw().get(name);
  }

  Map<String, @Nullable Object> object(String name) {
    return Objects.requireNonNullElse(fields.object(name), Map.of());
  }

  List<?> list(String name) {
    return any(name) instanceof List<?> list ? list : List.of();
  }

  @Nullable Duration seconds(String name) {
    return fields.seconds(name);
  }

  /// The class that `model` names.
  @Nullable Class<?> model() {
    return has("model") ? TestValues.Invoice.class : null;
  }

  int number(String name, int otherwise) {
    Long number = fields.number(name);
    return number == null ? otherwise : number.intValue();
  }

  /// The options with one more when the argument is there.
  private <O, V> O with(O options, @Nullable V value, BiFunction<O, V, O> wither) {
    return value == null ? options : wither.apply(options, value);
  }

  <O> O withText(O options, String name, BiFunction<O, String, O> wither) {
    return with(options, fields.text(name), wither);
  }

  <O> O withSeconds(O options, String name, BiFunction<O, Duration, O> wither) {
    return with(options, seconds(name), wither);
  }

  <O> O withFlag(O options, String name, BiFunction<O, Boolean, O> wither) {
    return with(options, any(name) instanceof Boolean flag ? flag : null, wither);
  }

  <O> O withNumber(O options, String name, BiFunction<O, Integer, O> wither) {
    return with(options, has(name) ? (Integer) number(name, 0) : null, wither);
  }

  <O> O withMoney(O options, String name, BiFunction<O, BigDecimal, O> wither) {
    return with(options, fields.money(name), wither);
  }

  <O> O withObject(O options, String name, BiFunction<O, Map<String, @Nullable Object>, O> wither) {
    return with(options, fields.object(name), wither);
  }

  <O> O withAny(O options, String name, BiFunction<O, Object, O> wither) {
    return with(options, any(name), wither);
  }
}
