package dev.onceonly.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.SplittableRandom;

/// Every call asks for a tool call that was never asked for before, in the name of one of a few
/// agents that each have a policy with lists, caps and a price.
final class GovernedCalls implements Workload {
  /// How the calls are meant to end.
  enum Kind {
    /// Decided, logged, not dispatched: the hour's cap is reached.
    CAPPED(0),
    /// Decided as if it were done, logged, not dispatched.
    DRY_RUN(1_000_000_000),
    /// Reserved, dispatched, settled.
    DISPATCHED(1_000_000_000);

    private final long actionsPerHourMax;

    Kind(long actionsPerHourMax) {
      this.actionsPerHourMax = actionsPerHourMax;
    }

    private StatusWord expected() {
      return switch (this) {
        case CAPPED -> StatusWord.BLOCKED;
        case DRY_RUN -> StatusWord.DRY_RUN;
        case DISPATCHED -> StatusWord.EXECUTED;
      };
    }
  }

  static final String TOOL = "bench.echo";

  private static final int AGENTS = 8;

  /// Names no host: where nothing is dispatched, nobody looks it up.
  private static final String NOWHERE = "https://tools.invalid/echo";

  private final Kind kind;
  private final String toolUrl;
  private final RandomKeys keys;
  private int scripts;

  private GovernedCalls(Kind kind, String toolUrl, SplittableRandom random) {
    this.kind = kind;
    this.toolUrl = toolUrl;
    this.keys = new RandomKeys(random);
  }

  static GovernedCalls decided(Kind kind, SplittableRandom random) {
    return new GovernedCalls(kind, NOWHERE, random);
  }

  static GovernedCalls dispatched(String toolUrl, SplittableRandom random) {
    return new GovernedCalls(Kind.DISPATCHED, toolUrl, random);
  }

  @Override
  public void prepare(Endpoint endpoint) throws IOException, InterruptedException {
    try (Preparation preparation = new Preparation(endpoint)) {
      preparation.tool(TOOL, toolUrl);
      for (int i = 0; i < AGENTS; i++) {
        preparation.policy(agent(i), TOOL, kind.actionsPerHourMax);
      }
    }
  }

  @Override
  public Script script(Endpoint endpoint) {
    String dryRun = kind == Kind.DRY_RUN ? ",\"dry_run\":true" : "";
    RequestTemplate request =
        RequestTemplate.post(
            endpoint,
            "/v1/ai/run",
            "{\"agent_id\":\"%s\",\"tool\":\"%s\",\"args\":{\"key\":\"%s\"},\"spend_usd\":0.0001%s}"
                .formatted(agent(scripts++ % AGENTS), TOOL, RequestTemplate.keySlot(), dryRun));
    StatusWord expected = kind.expected();
    return new Script() {
      @Override
      public ByteBuffer next() {
        keys.write(request.bytes(), request.slot(0));
        return request.ready();
      }

      @Override
      public boolean accepts(Response response) {
        return expected.isIn(response);
      }
    };
  }

  private String agent(int number) {
    return "bench-" + kind.name().toLowerCase(Locale.ROOT) + "-" + number;
  }
}
