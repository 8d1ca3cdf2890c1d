package dev.onceonly.sdk.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an editor shows while somebody writes `application.yaml`.
final class ConfigurationMetadataTest {
  private static final Set<String> WITHOUT_DEFAULT =
      Set.of("onceonly.api-key", "onceonly.deadline");

  @Test
  void metadataHasEveryPropertyWithItsMeaningAndDefault() throws Exception {
    Map<String, JsonNode> described = new HashMap<>();
    read().get("properties").forEach(node -> described.put(node.get("name").stringValue(), node));

    Set<String> expected = new TreeSet<>(Set.of("management.health.onceonly.enabled"));
    addProperties("onceonly", OnceOnlyProperties.class, expected);

    assertThat(described.keySet()).isEqualTo(expected);
    described.forEach((name, node) -> {
      assertThat(node.path("description").asString("")).as(name).endsWith(".");
      assertThat(node.has("defaultValue")).as(name).isEqualTo(!WITHOUT_DEFAULT.contains(name));
    });
  }

  @Test
  void editorsAreGivenAddressesToChooseFrom() throws Exception {
    assertThat(read().get("hints").get(0).get("name").stringValue()).isEqualTo("onceonly.base-url");
  }

  private static void addProperties(String prefix, Class<?> type, Set<String> names) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = prefix + "." + kebabCase(component.getName());
      if (component.getType().isRecord()) {
        addProperties(name, component.getType(), names);
      } else {
        names.add(name);
      }
    }
  }

  private static String kebabCase(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  // Not by the class path's first such file: Spring Boot's own jars have some too.
  private static JsonNode read() throws URISyntaxException {
    Path classes =
        Path.of(
            OnceOnlyProperties.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return JsonMapper.builder()
        .build()
        .readTree(classes.resolve("META-INF/spring-configuration-metadata.json"));
  }
}
