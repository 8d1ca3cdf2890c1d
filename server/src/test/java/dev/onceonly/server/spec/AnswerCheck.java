package dev.onceonly.server.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Holds an answer to what the document says about its status: headers, media type and body.
final class AnswerCheck {
  private static final String OURS = "x-onceonly-";

  private final SpecDocument document;

  AnswerCheck(SpecDocument document) {
    this.document = document;
  }

  /// One sentence for each way in which the answer is not as documented.
  ///
  /// @param response the documented answer of this status, references followed; empty if there is
  ///   none
  List<String> faults(Optional<JsonNode> response, Answer answer) {
    if (response.isEmpty()) {
      return List.of("status " + answer.status() + " is not documented, body: " + shown(answer));
    }
    List<String> faults = new ArrayList<>(headerFaults(response.get(), answer));
    JsonNode content = response.get().path("content");
    if (content.isEmpty()) {
      if (!answer.body().isEmpty()) {
        faults.add("the answer has a body, none is documented: " + shown(answer));
      }
      return faults;
    }
    Optional<JsonNode> described = content.optional(answer.mediaType());
    if (described.isEmpty()) {
      faults.add("content type '" + answer.mediaType() + "' is not documented");
    } else {
      faults.addAll(bodyFaults(described.get().path("schema"), answer));
    }
    return faults;
  }

  private List<String> bodyFaults(JsonNode schema, Answer answer) {
    if (!answer.mediaType().endsWith("json")) {
      return List.of();
    }
    Optional<JsonNode> body = answer.json();
    if (body.isEmpty()) {
      return List.of("the body is no JSON: " + shown(answer));
    }
    List<String> faults = document.faults(schema, body.get());
    return faults.isEmpty() ? faults : plus(faults, "in the body " + shown(answer));
  }

  private List<String> headerFaults(JsonNode response, Answer answer) {
    List<String> faults = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : response.path("headers").properties()) {
      JsonNode header = document.resolve(field.getValue());
      Optional<String> value = answer.headers().firstValue(field.getKey());
      if (value.isPresent()) {
        document
            .faults(header.path("schema"), typed(document, header.path("schema"), value.get()))
            .forEach(fault -> faults.add("header " + field.getKey() + " " + fault));
      } else if (header.path("required").asBoolean(false)) {
        faults.add("header " + field.getKey() + " is missing");
      }
    }
    List<String> documented =
        response.path("headers").propertyNames().stream().map(AnswerCheck::lower).toList();
    for (String name : answer.headers().map().keySet()) {
      if (lower(name).startsWith(OURS) && !documented.contains(lower(name))) {
        faults.add("header " + name + " is not documented");
      }
    }
    return faults;
  }

  /// Text from a header or a query as the type that its schema asks for; as text if it is not of
  /// that type.
  static JsonNode typed(SpecDocument document, JsonNode schema, String text) {
    String type = document.resolve(schema).path("type").asString("string");
    if (type.equals("integer") || type.equals("number")) {
      try {
        JsonNode number = SpecDocument.JSON.readTree(text);
        if (number.isNumber()) {
          return number;
        }
      } catch (JacksonException notJson) {
        return SpecDocument.JSON.getNodeFactory().stringNode(text);
      }
    }
    return SpecDocument.JSON.getNodeFactory().stringNode(text);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static String shown(Answer answer) {
    String body = answer.body();
    return body.length() > 400 ? body.substring(0, 400) + "…" : body;
  }

  private static List<String> plus(List<String> faults, String last) {
    List<String> all = new ArrayList<>(faults);
    all.add(last);
    return all;
  }
}
