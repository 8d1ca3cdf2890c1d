package dev.onceonly.http.ui;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.StringReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The pages' templates. Whatever a template shows is escaped, and a name that its model lacks is a
/// fault. Compiled when first asked for, so that a start does not pay for them. Thread-safe.
final class Templates {
  private static final Mustache.Compiler COMPILER =
      Mustache.compiler()
          .escapeHTML(true)
          .nullValue("")
          .emptyStringIsFalse(true)
          .withLoader(name -> new StringReader(source(name)));

  private static final Map<String, Template> COMPILED = new ConcurrentHashMap<>();

  private Templates() {}

  static String render(String name, Object model) {
    return compiled(name).execute(model);
  }

  static void render(String name, Object model, Writer out) {
    compiled(name).execute(model, out);
  }

  private static Template compiled(String name) {
    return COMPILED.computeIfAbsent(name, n -> COMPILER.compile(source(n)));
  }

  private static String source(String name) {
    return new String(UiFiles.bytes(name + ".mustache"), StandardCharsets.UTF_8);
  }
}
