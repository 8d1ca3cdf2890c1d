package dev.onceonly.http.api;

import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyTemplates;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.InvalidInput;
import dev.onceonly.http.input.Problem;
import dev.onceonly.http.input.Problems;
import dev.onceonly.http.input.TextRule;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.json.JsonRefused;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Policy templates as a JSON document: an object of policy documents, by the template's name. The
/// built-in ones are such a document themselves, `policy-templates.json`.
public final class PolicyTemplateDocument {
  private static final int TEMPLATES_MAX = 100;
  private static final String BUILT_IN = "policy-templates.json";

  private PolicyTemplateDocument() {}

  /// The templates that the server brings.
  public static PolicyTemplates builtIn() {
    try (InputStream document =
        Objects.requireNonNull(
            PolicyTemplateDocument.class.getResourceAsStream(BUILT_IN), BUILT_IN)) {
      return new PolicyTemplates(read(document.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The built-in templates, with those of a document added or in their place.
  ///
  /// @throws IllegalArgumentException that says what is wrong with the document
  public static PolicyTemplates builtInAnd(byte[] document) {
    Map<String, Policy> templates = new HashMap<>(builtIn().byName());
    templates.putAll(read(document));
    return new PolicyTemplates(templates);
  }

  private static Map<String, Policy> read(byte[] document) {
    try {
      Problems problems = new Problems();
      Fields fields = Fields.of(Json.read(document), List.of("templates"), problems);
      if (fields.object().size() > TEMPLATES_MAX) {
        throw new IllegalArgumentException("at most " + TEMPLATES_MAX + " templates");
      }
      Map<String, Policy> templates = new HashMap<>();
      for (String name : fields.object().propertyNames()) {
        TextRule.ID.accepts(name, List.of("templates"), problems);
        templates.put(name, PolicyFields.read(fields.child(name)));
      }
      fields.done();
      return templates;
    } catch (JsonRefused e) {
      throw new IllegalArgumentException(
          "no JSON at byte " + e.offset() + ": " + e.getMessage(), e);
    } catch (InvalidInput e) {
      throw new IllegalArgumentException(
          e.problems().stream().map(PolicyTemplateDocument::said).collect(Collectors.joining("; ")),
          e);
    }
  }

  private static String said(Problem problem) {
    String place = problem.loc().stream().map(Object::toString).collect(Collectors.joining("."));
    return place + ": " + problem.msg();
  }
}
