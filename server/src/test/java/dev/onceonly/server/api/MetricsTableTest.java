package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The table of metrics in the operator's guide is what a server has, each with its type and its
/// labels, and nothing else.
class MetricsTableTest {
  private static final Path GUIDE = Path.of("../docs/operations.md");
  private static final Path RULES = Path.of("../deploy/prometheus/onceonly.rules.yml");

  /// A metric's row: name, type, labels.
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z_]+)` \\| (counter|gauge|histogram|summary) \\|([^|]*)\\|.*");

  private static final Pattern TYPE = Pattern.compile("^# TYPE (\\S+) (\\S+)$");
  private static final Pattern NAME =
      Pattern.compile("\\b(?:onceonly|process|jvm)_[a-z_]+[a-z]\\b");

  @RegisterExtension static final LocalTool TOOL = new LocalTool();
  @RegisterExtension static final LiveServer SERVER = LiveServer.with(Map.of("dev", "true"));

  @Test
  void theGuideNamesEveryMetricOfTheServerAndNoOther() throws IOException {
    Client client = SERVER.admin();
    TOOL.register(client, "ok", "/ok");
    client.post("/v1/ai/run", "agent_id", "bot", "tool", "ok");
    String scraped = client.get("/metrics").body();
    Set<String> served = new TreeSet<>();
    for (String line : scraped.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      if (type.matches()) {
        served.add(type.group(1) + " " + type.group(2) + " " + labels(type.group(1), scraped));
      }
    }

    assertThat(documented()).containsExactlyElementsOf(served);
  }

  @Test
  void theAlertRulesAskForMetricsThatThereAre() throws IOException {
    Set<String> known =
        documented().stream()
            .map(row -> row.substring(0, row.indexOf(' ')))
            .collect(Collectors.toSet());
    Set<String> asked = new TreeSet<>();
    for (String line : Files.readAllLines(RULES)) {
      Matcher name = NAME.matcher(line);
      while (name.find()) {
        asked.add(name.group().replaceFirst("_(bucket|count|sum)$", ""));
      }
    }

    assertThat(asked).isNotEmpty();
    assertThat(known).containsAll(asked);
  }

  private static Set<String> documented() throws IOException {
    Set<String> rows = new TreeSet<>();
    for (String line : Files.readAllLines(GUIDE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> labels = new TreeSet<>();
        Matcher label = Pattern.compile("`([a-z]+)`").matcher(row.group(3));
        while (label.find()) {
          labels.add(label.group(1));
        }
        rows.add(row.group(1) + " " + row.group(2) + " " + labels);
      }
    }
    return rows;
  }

  /// Those that the metric's samples have, without what its type brings.
  private static Set<String> labels(String metric, String scraped) {
    Set<String> labels = new TreeSet<>();
    Pattern sample =
        Pattern.compile("^" + metric + "(?:_bucket|_count|_sum)?\\{(.*)\\} ", Pattern.MULTILINE);
    Matcher line = sample.matcher(scraped);
    while (line.find()) {
      Matcher label = Pattern.compile("([a-z]+)=\"").matcher(line.group(1));
      while (label.find()) {
        labels.add(label.group(1));
      }
    }
    labels.remove("le");
    return labels;
  }
}
