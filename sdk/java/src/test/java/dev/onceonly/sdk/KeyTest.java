package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.internal.json.ArgumentHash;
import dev.onceonly.sdk.internal.json.CanonicalJson;
import dev.onceonly.sdk.internal.json.Values;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Keys made of arguments.
final class KeyTest {
  record Forward(int a, String b) {}

  record Backward(String b, int a) {}

  /// A bean whose getters stand in another order.
  public static final class Bean {
    public String getB() {
      return "x";
    }

    public int getA() {
      return 1;
    }
  }

  private static String hash(@Nullable Object... arguments) {
    return ArgumentHash.of("v1", "f", Arrays.asList(arguments));
  }

  @Test
  void equalArgumentsGiveEqualKeysWhateverTheOrderOfTheirProperties() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", "x");
    map.put("a", 1);
    String key = hash(new Forward(1, "x"));
    assertThat(hash(new Backward("x", 1))).isEqualTo(key);
    assertThat(hash(new Bean())).isEqualTo(key);
    assertThat(hash(map)).isEqualTo(key);
    assertThat(hash(Map.of("a", 1.0, "b", "x"))).isEqualTo(key);
    assertThat(hash(Map.of("a", 2, "b", "x"))).isNotEqualTo(key);
  }

  @Test
  void setsHaveNoOrder() {
    assertThat(hash(new LinkedHashSet<>(List.of("a", "b"))))
        .isEqualTo(hash(new LinkedHashSet<>(List.of("b", "a"))));
    assertThat(hash(List.of("a", "b"))).isNotEqualTo(hash(List.of("b", "a")));
  }

  @Test
  void argumentsDoNotRunIntoEachOther() {
    assertThat(hash("a", "b")).isNotEqualTo(hash("ab")).isNotEqualTo(hash(List.of("a", "b")));
    assertThat(hash((Object) null)).isNotEqualTo(hash()).isNotEqualTo(hash("null"));
  }

  @Test
  void canonicalTextIsSortedCompactAndUnescaped() {
    assertThat(CanonicalJson.of(Map.of("b", List.of(1, 2.50, 1e3), "a", "ü/\n")))
        .isEqualTo("{\"a\":\"ü/\\n\",\"b\":[1,2.5,1000]}");
    assertThat(CanonicalJson.of(LocalDate.of(2026, 5, 1))).isEqualTo("\"2026-05-01\"");
  }

  @Test
  void whatHasNoJsonFormIsRefusedAsAKeyAndKeptAsATextInAResult() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    for (Object value : List.of(new Object(), Double.NaN, endless)) {
      assertThatThrownBy(() -> hash(value)).isInstanceOf(IllegalArgumentException.class);
      assertThat(Values.object(value)).containsOnlyKeys("data");
    }
  }

  @Test
  void resultsAreObjects() {
    assertThat(Values.object(null)).isNull();
    assertThat(Values.object(new Forward(1, "x"))).isEqualTo(Map.of("a", 1, "b", "x"));
    assertThat(Values.object(1L << 60)).isEqualTo(Map.of("data", "1152921504606846976"));
    assertThat(Values.object(Double.NEGATIVE_INFINITY)).isEqualTo(Map.of("data", "-Infinity"));
    assertThat(Values.object(Map.of("n", Float.NaN))).isEqualTo(Map.of("n", "NaN"));
    assertThat(Values.object(new int[] {1, 2})).isEqualTo(Map.of("data", List.of(1, 2)));
  }
}
