package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.internal.json.ArgumentHash;
import dev.onceonly.sdk.internal.json.CanonicalJson;
import dev.onceonly.sdk.internal.json.Values;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Keys made of arguments.
final class KeyTest {
  record Forward(int a, String b) {}

  record Backward(String b, int a) {}

  /// A bean whose getters stand in another order.
  public static class Bean {
    public String getB() {
      return "x";
    }

    public int getA() {
      return 1;
    }
  }

  /// What frameworks make of a bean.
  @SuppressWarnings("TypeName")
  public static final class Bean$$Proxied extends Bean {
    public Object getHandler() {
      return new Object();
    }
  }

  private static String hash(@Nullable Object... arguments) {
    return ArgumentHash.of("v1", "f", Arrays.asList(arguments));
  }

  @Test
  void equalArgumentsGiveEqualKeysHoweverTheyAreWritten() {
    assertThat(hash(Map.of("a", 1, "b", "x")))
        .isEqualTo(hash(new TreeMap<>(Map.of("b", "x", "a", 1.0))));
    assertThat(hash(100)).isEqualTo(hash(100.0)).isEqualTo(hash(new BigDecimal("100.00")));
    assertThat(hash(9.5)).isEqualTo(hash(9.5f)).isEqualTo(hash(new BigDecimal("9.50")));
    assertThat(hash(0.1f)).isEqualTo(hash(new BigDecimal("0.1")));
    assertThat(hash(-0.0)).isEqualTo(hash(0L));
    assertThat(hash(Instant.parse("2026-05-01T08:00:00Z")))
        .isEqualTo(hash(OffsetDateTime.parse("2026-05-01T10:00:00.000+02:00")))
        .isEqualTo(hash(ZonedDateTime.parse("2026-05-01T10:00+02:00[Europe/Berlin]")));
    assertThat(hash(Map.of("a", 2, "b", "x"))).isNotEqualTo(hash(Map.of("a", 1, "b", "x")));
    assertThat(hash((1L << 53) + 1)).isNotEqualTo(hash(1L << 53));
  }

  @Test
  void equalFieldsOfAnotherClassAreAnotherCall() {
    assertThat(hash(new Forward(1, "x"))).isNotEqualTo(hash(new Backward("x", 1)));
    assertThat(hash(new Forward(1, "x"))).isNotEqualTo(hash(Map.of("a", 1, "b", "x")));
    assertThat(hash(new Bean())).isEqualTo(hash(new Bean()));
    assertThat(hash(new Bean$$Proxied())).isEqualTo(hash(new Bean()));
  }

  @Test
  void numbersAreWrittenByTheirValue() {
    assertThat(CanonicalJson.of(0.0000001)).isEqualTo("1E-7");
    assertThat(CanonicalJson.of(0.000001)).isEqualTo("0.000001");
    assertThat(CanonicalJson.of(1e20)).isEqualTo("100000000000000000000");
    assertThat(CanonicalJson.of(1e21)).isEqualTo("1E+21");
    assertThat(CanonicalJson.of(1L << 60)).isEqualTo("1152921504606846976");
    assertThat(CanonicalJson.of(0.1 + 0.2)).isEqualTo("0.30000000000000004");
    assertThat(CanonicalJson.of(Double.MIN_VALUE)).isEqualTo("5E-324");
    assertThat(CanonicalJson.of(2.0e-3)).isEqualTo("0.002");
  }

  @Test
  void valuesOfAClassHaveItsName() {
    String paid = Forward.class.getName() + "{\"a\":1,\"b\":\"x\"}";
    assertThat(CanonicalJson.of(List.of(new Forward(1, "x")))).isEqualTo("[" + paid + "]");
    assertThat(CanonicalJson.of(TimeUnit.DAYS)).isEqualTo("java.util.concurrent.TimeUnit\"DAYS\"");
    assertThat(CanonicalJson.of(URI.create("http://a/b"))).isEqualTo("\"http://a/b\"");
    assertThat(CanonicalJson.of(Instant.parse("2026-05-01T08:00:00.120Z")))
        .isEqualTo("\"2026-05-01T08:00:00.12Z\"");
  }

  /// Shows only a part of itself.
  @SuppressWarnings("UnusedVariable")
  static final class Hides {
    private final String secret = "s";
    private final int shown = 1;

    public int getShown() {
      return shown;
    }
  }

  @Test
  void whatShowsOnlyAPartOfItselfIsRefusedWithTheArgumentsPlace() {
    assertThatThrownBy(() -> hash("a", new Hides()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("argument 1 must")
        .hasMessageContaining("secret")
        .hasMessageContaining("keyFunction");
    assertThatThrownBy(() -> hash((Supplier<String>) () -> "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> hash(Map.of(1, "a", "1", "b")))
        .isInstanceOf(IllegalArgumentException.class);
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

  /// An amount with more than its number.
  static final class Money extends BigDecimal {
    private static final long serialVersionUID = 1L;
    private final String currency;

    Money(String amount, String currency) {
      super(amount);
      this.currency = currency;
    }

    String currency() {
      return currency;
    }
  }

  /// A list with more than its items.
  static final class Cart extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("UnusedVariable")
    private final String owner = "o";
  }

  /// A map of another kind, with nothing of its own.
  static final class Plain extends TreeMap<String, Integer> {
    private static final long serialVersionUID = 1L;
  }

  /// A record that is a collection.
  record Items(String owner, List<String> items) implements java.util.Set<String> {
    @Override
    public int size() {
      return items.size();
    }

    @Override
    public boolean isEmpty() {
      return items.isEmpty();
    }

    @Override
    public boolean contains(Object item) {
      return items.contains(item);
    }

    @Override
    public java.util.Iterator<String> iterator() {
      return items.iterator();
    }

    @Override
    public Object[] toArray() {
      return items.toArray();
    }

    @Override
    public <T> T[] toArray(T[] into) {
      return items.toArray(into);
    }

    @Override
    public boolean add(String item) {
      return items.add(item);
    }

    @Override
    public boolean remove(Object item) {
      return items.remove(item);
    }

    @Override
    public boolean containsAll(java.util.Collection<?> of) {
      return items.containsAll(of);
    }

    @Override
    public boolean addAll(java.util.Collection<? extends String> of) {
      return items.addAll(of);
    }

    @Override
    public boolean retainAll(java.util.Collection<?> of) {
      return items.retainAll(of);
    }

    @Override
    public boolean removeAll(java.util.Collection<?> of) {
      return items.removeAll(of);
    }

    @Override
    public void clear() {
      items.clear();
    }
  }

  /// Shows less than it holds.
  record Masked(String card) {
    @Override
    public String card() {
      return "****";
    }
  }

  @Test
  void whatExtendsAScalarOrACollectionWithFieldsOfItsOwnIsRefused() {
    Object anonymous =
        new Bean() {
          @Override
          public int getA() {
            return 2;
          }
        };
    for (Object value :
        List.of(new Money("1", "EUR"), new Cart(), new Items("o", List.of("a")), anonymous)) {
      assertThatThrownBy(() -> hash(value))
          .as(value.getClass().getName())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("argument 0 must");
    }
    assertThat(hash(new Plain())).isEqualTo(hash(Map.of()));
    assertThat(hash(new java.util.concurrent.atomic.AtomicLong(7))).isEqualTo(hash(7));
    assertThat(hash(new Masked("1"))).isNotEqualTo(hash(new Masked("2")));
  }

  @Test
  void aValueThatCantBeReadIsKeptAsATextWhateverItThrows() {
    Object error =
        new Object() {
          @SuppressWarnings({"unused", "EffectivelyPrivate"})
          public String getName() {
            throw new NoClassDefFoundError("gone");
          }

          @Override
          public String toString() {
            return "a text";
          }
        };
    List<String> lazy =
        new java.util.AbstractList<>() {
          @Override
          public String get(int index) {
            throw new IllegalStateException("no session");
          }

          @Override
          public int size() {
            return 1;
          }
        };
    assertThat(Values.object(error)).isEqualTo(Map.of("data", "a text"));
    assertThat(Values.object(lazy)).containsOnlyKeys("data");
    assertThat(Values.object(Map.of("rows", lazy))).containsOnlyKeys("rows");
    assertThat(Values.object(new Half())).isEqualTo(Map.of("data", "1/2"));
    assertThat(Values.object(java.sql.Date.valueOf("2026-05-01")))
        .isEqualTo(Map.of("data", "2026-05-01"));
  }

  /// A number that no JSON can say.
  static final class Half extends Number {
    private static final long serialVersionUID = 1L;

    @Override
    public int intValue() {
      return 0;
    }

    @Override
    public long longValue() {
      return 0;
    }

    @Override
    public float floatValue() {
      return 0.5f;
    }

    @Override
    public double doubleValue() {
      return 0.5;
    }

    @Override
    public String toString() {
      return "1/2";
    }
  }

  @Test
  void aReplaysValueIsStoredUnderOneNameWhateverItIs() {
    assertThat(Values.data(Map.of("data", 1))).isEqualTo(Map.of("data", Map.of("data", 1)));
    assertThat(Values.data(null)).containsOnlyKeys("data").containsEntry("data", null);
  }
}
