package dev.onceonly.server.fault;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request by the id of its operation.
///
/// @param variable what stands in the path's place for it; empty where there is none
/// @param query with its `?`; empty for none
/// @param body null for none
record SoakQuestion(
    String operation, String variable, String query, @Nullable Map<String, Object> body) {
  static SoakQuestion asking(String operation) {
    return new SoakQuestion(operation, "", "", null);
  }

  SoakQuestion on(String pathVariable) {
    return new SoakQuestion(operation, pathVariable, query, body);
  }

  SoakQuestion with(String queryText) {
    return new SoakQuestion(operation, variable, queryText, body);
  }

  /// Sends fields, given as name, value, name, value.
  SoakQuestion saying(Object... fields) {
    Map<String, Object> said = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      said.put(fields[i].toString(), fields[i + 1]);
    }
    return new SoakQuestion(operation, variable, query, said);
  }

  /// What is asked for, by the path as the API description writes it.
  String target(String path) {
    return path.replaceFirst("\\{[^}]*}", variable) + query;
  }
}
