package dev.onceonly.testkit;

import static dev.onceonly.testkit.FreeStep.change;
import static dev.onceonly.testkit.FreeStep.saving;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentHourKey;
import dev.onceonly.core.govern.AgentHourRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import dev.onceonly.core.govern.GovernQueries.FoundAgent;
import dev.onceonly.core.govern.GovernQueries.FoundPolicy;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.Policy.Caps;
import dev.onceonly.core.govern.Policy.PricingRule;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.ToolDayKey;
import dev.onceonly.core.govern.ToolDayRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.govern.ToolTotalKey;
import dev.onceonly.core.govern.ToolTotalRow;
import dev.onceonly.testkit.RowCases.Written;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Policies, tools and agents come back exactly, one by one and in lists (contract 5 and 6).
public interface GovernanceCases extends StoreUnderTest {

  /// A day in 2027: no sweep forgets it while a test looks for it.
  int DAY = 21_000;

  Policy OPEN = new Policy(null, null, Caps.NONE, null);
  Policy FULL =
      new Policy(
          List.of("stripe.*", "mail.send", "a-b_c:d.E9"),
          List.of("*"),
          new Caps(Long.MAX_VALUE, 30_000_000L, Map.of("mail.send", 1L, "x*", 0L)),
          List.of(new PricingRule("mail.*", 7), new PricingRule("*", Long.MAX_VALUE)));
  Policy EMPTY = new Policy(List.of(), List.of(), new Caps(0L, 0L, Map.of()), List.of());

  @Test
  default void policiesComeBackExactly() {
    Written written = new Written(this);
    for (String text : RowCases.TEXTS) {
      PolicyKey key = new PolicyKey(1, text);
      written.save(key, new PolicyRow(OPEN, "0123456789ab", 1));
      written.save(key, new PolicyRow(FULL, FULL.version(), Long.MAX_VALUE));
      written.save(key, new PolicyRow(EMPTY, "ba9876543210", 0));
      written.save(key, null);
      written.save(key, new PolicyRow(FULL, FULL.version(), 2));
    }
    PolicyKey other = new PolicyKey(2, "a");
    Policy blocking = new Policy(null, List.of("x".repeat(256)), new Caps(null, 5L, null), null);
    written.save(other, new PolicyRow(blocking, "v", -1));
    written.isThereAfterARestart();
  }

  @Test
  default void aLongPolicyComesBackExactly() {
    List<String> names =
        IntStream.range(0, Policy.ENTRIES_MAX)
            .mapToObj(i -> "tool." + "x".repeat(240) + i)
            .toList();
    Written written = new Written(this);
    written.save(
        new PolicyKey(1, "a"), new PolicyRow(new Policy(names, names, Caps.NONE, null), "v", 1));
    written.isThereAfterARestart();
  }

  @Test
  default void policiesAreListedByNamespaceAndAgent() {
    PolicyRow row = new PolicyRow(FULL, "v", 1);
    store()
        .run(
            saving(
                change(new PolicyKey(1, "b"), row),
                change(new PolicyKey(1, "a"), new PolicyRow(OPEN, "w", 2)),
                change(new PolicyKey(2, "c"), row)));
    restart();
    FoundPolicy first = new FoundPolicy("a", new PolicyRow(OPEN, "w", 2));
    FoundPolicy second = new FoundPolicy("b", row);
    assertThat(store().policies(1, "", 9, 0)).containsExactly(first, second);
    assertThat(store().policies(1, "", 1, 0)).containsExactly(first);
    assertThat(store().policies(1, "", 9, 1)).containsExactly(second);
    assertThat(store().policies(1, "a", 9, 0)).containsExactly(second);
    assertThat(store().policies(1, "a", 9, 1)).isEmpty();
    assertThat(store().policies(3, "", 9, 0)).isEmpty();
    store().run(saving(change(new PolicyKey(1, "b"), null)));
    assertThat(store().policies(1, "", 9, 0)).containsExactly(first);
  }

  @Test
  default void listsAreInTheOrderOfCodePoints() {
    List<String> ids = List.of("A", "a", "aa", "a\u0301", "\u00e4", "\uffee", "\ud83e\udd16");
    for (String id : ids) {
      store().run(saving(change(new PolicyKey(1, id), new PolicyRow(OPEN, "v", 1))));
      store().run(saving(change(new AgentKey(1, id), AgentRow.UNSEEN)));
    }
    assertThat(store().policies(1, "", 99, 0))
        .extracting(FoundPolicy::agentId)
        .containsExactlyElementsOf(ids);
    assertThat(store().agents(1, DAY, 99, 0))
        .extracting(FoundAgent::agentId)
        .containsExactlyElementsOf(ids);
    for (int i = 0; i < ids.size(); i++) {
      assertThat(store().policies(1, ids.get(i), 99, 0)).hasSize(ids.size() - i - 1);
    }
  }

  @Test
  default void toolsComeBackExactly() {
    Written written = new Written(this);
    for (String text : RowCases.TEXTS) {
      ToolKey key = new ToolKey(1, ToolKey.AGENT_SCOPE + text, "mail.send");
      written.save(key, tool(text, null, null));
      written.save(key, tool(text, new ToolRow.Secret(text, "sec_2", "***2"), text));
      written.save(key, tool("https://x", null, "").withEnabled(false));
      written.save(key, null);
      written.save(key, tool("https://x", new ToolRow.Secret("s", "i", "m"), null));
    }
    written.save(ToolKey.global(1, "mail.send"), tool("http://y", null, null));
    written.save(new ToolTotalKey(1), new ToolTotalRow(Long.MAX_VALUE));
    written.save(new ToolTotalKey(2), new ToolTotalRow(0));
    written.save(new ToolTotalKey(2), null);
    written.save(new ToolTotalKey(Long.MIN_VALUE), new ToolTotalRow(3));
    written.isThereAfterARestart();
  }

  private static ToolRow tool(
      String url, ToolRow.@Nullable Secret next, @Nullable String description) {
    return new ToolRow(
        new ToolRow.Endpoint(url, new ToolRow.Secret("c2VhbA==", "sec_1", "***abc"), next, true),
        new ToolRow.Delivery(ToolRow.Delivery.TIMEOUT_MS_MIN, ToolRow.Delivery.RETRIES_MAX),
        true,
        description,
        Long.MAX_VALUE);
  }

  @Test
  default void toolsAreListedByScope() {
    ToolRow row = tool("https://x", null, null);
    ToolRow other = tool("https://y", null, "z");
    ToolKey ofAgent = ToolKey.ofAgent(new AgentKey(1, "a"), "b");
    ToolKey ofOther = ToolKey.global(2, "b");
    store()
        .run(
            saving(
                change(ToolKey.global(1, "c"), row),
                change(ToolKey.global(1, "b"), other),
                change(ofAgent, row),
                change(ofOther, row)));
    restart();
    assertThat(store().tools(1, ToolKey.GLOBAL)).isEqualTo(Map.of("b", other, "c", row));
    assertThat(store().tools(1, "agent:a")).isEqualTo(Map.of("b", row));
    assertThat(store().tools(1, "agent:A")).isEmpty();
    assertThat(store().tools(3, ToolKey.GLOBAL)).isEmpty();
    assertThat(store().allTools())
        .hasSize(4)
        .containsEntry(ofOther, row)
        .containsEntry(ToolKey.global(1, "b"), other);
  }

  @Test
  default void agentsComeBackExactly() {
    Written written = new Written(this);
    for (String text : RowCases.TEXTS) {
      AgentKey key = new AgentKey(1, text);
      written.save(key, AgentRow.UNSEEN);
      written.save(key, new AgentRow(Long.MAX_VALUE, new AgentRow.Disabled(5, text)));
      written.save(key, new AgentRow(1, new AgentRow.Disabled(0, "")));
      written.save(key, null);
      written.save(key, AgentRow.UNSEEN.seenAt(RowCases.FAR_MS));
    }
    written.save(AgentKey.all(1), AgentRow.UNSEEN.disabledAt(1, "stop"));
    written.save(new AgentTotalKey(1), new AgentTotalRow(Long.MAX_VALUE, 3));
    written.save(new AgentTotalKey(1), new AgentTotalRow(4, Long.MAX_VALUE));
    written.save(new AgentTotalKey(2), AgentTotalRow.NONE);
    written.save(new AgentTotalKey(2), null);
    written.isThereAfterARestart();
  }

  @Test
  default void agentsAreListedWithoutTheNamespacesOwnSwitch() {
    AgentRow off = AgentRow.UNSEEN.disabledAt(1, "stop");
    store()
        .run(
            saving(
                change(new AgentKey(1, "b"), AgentRow.UNSEEN.seenAt(RowCases.FAR_MS)),
                change(new AgentKey(1, "a"), off),
                change(new AgentKey(2, "c"), off),
                change(AgentKey.all(1), AgentRow.UNSEEN),
                change(AgentKey.all(3), off)));
    restart();
    assertThat(store().agents(1, DAY, 9, 0))
        .containsExactly(
            new FoundAgent("a", off, false, AgentDayRow.NONE),
            new FoundAgent("b", AgentRow.UNSEEN.seenAt(RowCases.FAR_MS), false, AgentDayRow.NONE));
    assertThat(store().agents(3, DAY, 9, 0)).isEmpty();
    assertThat(store().disabledAgents())
        .containsExactlyInAnyOrder(new AgentKey(1, "a"), new AgentKey(2, "c"), AgentKey.all(3));
    store().run(saving(change(new AgentKey(1, "a"), off.enabled())));
    assertThat(store().disabledAgents())
        .containsExactlyInAnyOrder(new AgentKey(2, "c"), AgentKey.all(3));
  }

  @Test
  default void figuresOfAgentsComeBackExactly() {
    Written written = new Written(this);
    for (String text : RowCases.TEXTS) {
      AgentKey agent = new AgentKey(1, text);
      written.save(new AgentHourKey(1, text, DAY * 24), new AgentHourRow(1));
      written.save(new AgentHourKey(1, text, DAY * 24), new AgentHourRow(Long.MAX_VALUE));
      AgentDayKey day = AgentDayKey.of(agent, DAY);
      written.save(day, new AgentDayRow(1, 2, 0, 4));
      written.save(day, new AgentDayRow(5, 6, 7, Long.MAX_VALUE));
      ToolDayKey tool = new ToolDayKey(1, text, "mail.send", DAY);
      written.save(tool, new ToolDayRow(8));
      written.save(tool, new ToolDayRow(9));
      written.save(new ToolDayKey(1, text, "mail.sen", DAY), new ToolDayRow(10));
    }
    AgentDayKey gone = new AgentDayKey(2, "a", Integer.MAX_VALUE);
    written.save(gone, AgentDayRow.NONE);
    written.save(gone, null);
    AgentHourKey goneHour = new AgentHourKey(2, "a", Integer.MAX_VALUE);
    written.save(goneHour, AgentHourRow.NONE);
    written.save(goneHour, null);
    ToolDayKey goneTool = new ToolDayKey(2, "a", "t", DAY);
    written.save(goneTool, ToolDayRow.NONE);
    written.save(goneTool, null);
    written.isThereAfterARestart();
  }

  @Test
  default void agentsAreListedWithTheirPolicyAndTheDaysFigures() {
    AgentDayRow row = new AgentDayRow(1, 2, 3, 4);
    AgentRow seen = AgentRow.UNSEEN.seenAt(RowCases.FAR_MS);
    PolicyRow policy = new PolicyRow(OPEN, "v", 1);
    store()
        .run(
            saving(
                change(new AgentKey(1, "a"), seen),
                change(new PolicyKey(1, "b"), policy),
                change(new AgentKey(1, "c"), seen),
                change(new PolicyKey(1, "c"), policy),
                change(new PolicyKey(2, "d"), policy),
                change(new AgentDayKey(1, "b", DAY), row),
                change(new AgentDayKey(1, "c", DAY + 1), row),
                change(new AgentDayKey(1, "nobody", DAY), row)));
    restart();
    FoundAgent a = new FoundAgent("a", seen, false, AgentDayRow.NONE);
    FoundAgent b = new FoundAgent("b", AgentRow.UNSEEN, true, row);
    FoundAgent c = new FoundAgent("c", seen, true, AgentDayRow.NONE);
    assertThat(store().agents(1, DAY, 9, 0)).containsExactly(a, b, c);
    assertThat(store().agents(1, DAY, 1, 1)).containsExactly(b);
    assertThat(store().agents(1, DAY, 2, 2)).containsExactly(c);
    assertThat(store().agents(1, DAY, 9, 3)).isEmpty();
    assertThat(store().agents(1, DAY + 1, 9, 2))
        .containsExactly(new FoundAgent("c", seen, true, row));
    assertThat(store().agents(2, DAY, 9, 0))
        .containsExactly(new FoundAgent("d", AgentRow.UNSEEN, true, AgentDayRow.NONE));
  }
}
