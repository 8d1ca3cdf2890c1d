package dev.onceonly.sdk.method;

import dev.onceonly.sdk.internal.json.Scalars;
import dev.onceonly.sdk.method.GuardPlan.Target;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A text with places for arguments: `"payment:{invoiceId}"`, `"order:{order.id}"`, `"mail:{0}"`.
/// Immutable.
final class KeyTemplate {
  private final String text;
  private final List<Part> parts;
  private final String between;

  private KeyTemplate(String text, List<Part> parts) {
    this.text = text;
    this.parts = parts;
    this.between = between(parts);
  }

  /// What stands between two places, which a value must not contain as it is: `{a}:{b}` with `"a"`
  /// and `"b:c"` is another key than with `"a:b"` and `"c"`.
  private static String between(List<Part> parts) {
    StringBuilder between = new StringBuilder("%");
    // Fixed texts and places take turns, beginning and ending with a text.
    for (int i = 2; i < parts.size() - 1; i += 2) {
      between.append(parts.get(i).fixed());
    }
    return between.toString();
  }

  /// Fixed text, or an argument with the properties that lead from it to the value.
  ///
  /// @param fixed the text; null for an argument
  /// @param index of the argument
  /// @param properties one after the other
  private record Part(@Nullable String fixed, int index, List<String> properties) {}

  /// Reads a template for a key of a method's calls.
  ///
  /// @throws IllegalArgumentException if a brace has no partner, a place names no argument or no
  ///   property of it, or nothing stands between two places
  static KeyTemplate ofKey(String text, Target target) {
    KeyTemplate template = of(text, target);
    for (int i = 2; i < template.parts.size() - 1; i += 2) {
      String fixed = template.parts.get(i).fixed();
      if (fixed != null && fixed.isEmpty()) {
        throw new IllegalArgumentException("\"" + text + "\" must have a text between two places");
      }
    }
    return template;
  }

  /// Reads a template for a method.
  ///
  /// @throws IllegalArgumentException if a brace has no partner, or a place names no argument or no
  ///   property of it
  static KeyTemplate of(String text, Target target) {
    List<Part> parts = new ArrayList<>();
    StringBuilder fixed = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if ((c == '{' || c == '}') && text.startsWith(String.valueOf(c), at + 1)) {
        fixed.append(c);
        at += 2;
      } else if (c == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new IllegalArgumentException("\"" + text + "\" has a { without a }");
        }
        parts.add(new Part(fixed.toString(), 0, List.of()));
        fixed.setLength(0);
        parts.add(place(text.substring(at + 1, end).strip(), target));
        at = end + 1;
      } else if (c == '}') {
        throw new IllegalArgumentException("\"" + text + "\" has a } without a {");
      } else {
        fixed.append(c);
        at++;
      }
    }
    parts.add(new Part(fixed.toString(), 0, List.of()));
    return new KeyTemplate(text, List.copyOf(parts));
  }

  private static Part place(String name, Target target) {
    List<String> path = List.of(name.split("\\.", -1));
    if (path.contains("")) {
      throw new IllegalArgumentException("{" + name + "} names no argument");
    }
    Part part = new Part(null, index(path.get(0), target.named()), path.subList(1, path.size()));
    try {
      Properties.check(target, part.index(), part.properties());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("{" + name + "}: " + e.getMessage(), e);
    }
    return part;
  }

  private static int index(String name, Method method) {
    Parameter[] parameters = method.getParameters();
    if (name.chars().allMatch(Character::isDigit)) {
      int index = name.length() > 3 ? Integer.MAX_VALUE : Integer.parseInt(name);
      if (index < parameters.length) {
        return index;
      }
      throw new IllegalArgumentException(
          "{" + name + "} is beyond the " + parameters.length + " arguments");
    }
    boolean hasNames = true;
    for (int i = 0; i < parameters.length; i++) {
      hasNames &= parameters[i].isNamePresent();
      if (parameters[i].isNamePresent() && parameters[i].getName().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        hasNames
            ? "{" + name + "} is no argument"
            : "{" + name + "} can't be found: compile with -parameters, or write {0}");
  }

  /// The key with the arguments in their places, each percent-encoded as far as it contains what
  /// stands between two places.
  ///
  /// @throws IllegalArgumentException if a value is null, blank, or not a text, number or the like
  String key(@Nullable Object[] arguments) {
    return render(
        arguments,
        value -> {
          String scalar = scalar(value);
          if (scalar.isBlank()) {
            throw refused("blank");
          }
          return escaped(scalar);
        });
  }

  /// The text with the arguments in their places as they are; nothing for null.
  ///
  /// @throws IllegalArgumentException if a value is not a text, number or the like
  String plain(@Nullable Object[] arguments) {
    return render(arguments, value -> value == null ? "" : scalar(value));
  }

  private String render(@Nullable Object[] arguments, Function<@Nullable Object, String> write) {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      if (part.fixed() != null) {
        out.append(part.fixed());
        continue;
      }
      Object value = arguments[part.index()];
      for (String property : part.properties()) {
        value = property(value, property);
      }
      out.append(
          write.apply(value instanceof Optional<?> optional ? optional.orElse(null) : value));
    }
    return out.toString();
  }

  private String escaped(String value) {
    StringBuilder out = new StringBuilder();
    value
        .codePoints()
        .forEach(c -> {
          String character = Character.toString(c);
          out.append(between.indexOf(c) < 0 ? character : encoded(character));
        });
    return out.toString();
  }

  private static String encoded(String character) {
    StringBuilder out = new StringBuilder();
    for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
      out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
    }
    return out.toString();
  }

  // A key of a list, bean or null would be no key: it would change with toString, or name nothing.
  private String scalar(@Nullable Object value) {
    if (value == null) {
      throw refused("null");
    }
    String text = value instanceof Enum<?> constant ? constant.name() : Scalars.of(value);
    if (text == null) {
      throw refused("a " + value.getClass().getName() + ", which is no scalar");
    }
    return text;
  }

  private IllegalArgumentException refused(String what) {
    return new IllegalArgumentException("a place in the key \"" + text + "\" is " + what);
  }

  private @Nullable Object property(@Nullable Object owner, String name) {
    if (owner instanceof Map<?, ?> map) {
      return map.get(name);
    }
    if (owner == null) {
      throw new IllegalArgumentException(
          "the owner of " + name + " in the key \"" + text + "\" is null");
    }
    Method getter = Properties.getter(owner.getClass(), name);
    if (getter == null) {
      throw new IllegalArgumentException(
          owner.getClass().getName() + " has no " + name + " for the key \"" + text + "\"");
    }
    return read(owner, getter);
  }

  private static @Nullable Object read(Object owner, Method method) {
    try {
      // The class may be private to the caller's package, though its getter is public.
      method.setAccessible(true);
      return method.invoke(owner);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalArgumentException(method.getName() + " could not be read", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
