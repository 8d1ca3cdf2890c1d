package dev.onceonly.store.sqlite;

import java.util.ArrayList;
import java.util.List;

/// A few ids of agents as one text: each behind its length in code points and a colon, since an id
/// may be any text.
final class AgentList {
  private AgentList() {}

  static String write(List<String> agents) {
    StringBuilder text = new StringBuilder();
    for (String agent : agents) {
      text.append(agent.codePointCount(0, agent.length())).append(':').append(agent);
    }
    return text.toString();
  }

  static List<String> read(String text) {
    List<String> agents = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int colon = text.indexOf(':', at);
      int length = Integer.parseInt(text, at, colon, 10);
      int end = text.offsetByCodePoints(colon + 1, length);
      agents.add(text.substring(colon + 1, end));
      at = end;
    }
    return agents;
  }
}
