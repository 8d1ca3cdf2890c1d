package dev.onceonly.server.admin;

import dev.onceonly.core.govern.GovernQueries;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.service.AbandonSecret;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Lane;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.dispatch.Pause;
import dev.onceonly.dispatch.TinkSealer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Changes the key that seals the tools' secrets, on a store that may be in use: makes a new key,
/// seals every secret with it, tool by tool, and only then forgets the old one. A crash at any
/// point leaves every secret readable; the next change takes up what was left.
public final class Rekeying {
  private final Lane lane;
  private final GovernQueries tools;
  private final TinkSealer sealer;
  private final Pause pause;

  /// How it went.
  ///
  /// @param resealed tools
  /// @param unreadable tools with a secret that no key opens, such as after a restore without the
  ///   key file; they have to be registered again
  public record Result(int resealed, List<String> unreadable) {}

  public Rekeying(Lane lane, GovernQueries tools, TinkSealer sealer, Pause pause) {
    this.lane = lane;
    this.tools = tools;
    this.sealer = sealer;
    this.pause = pause;
  }

  /// Does it.
  ///
  /// @param onTheirWay how long a secret that has been sealed may take to its row
  /// @throws InterruptedException where it was told to end; the old key stays
  public Result run(Duration onTheirWay) throws InterruptedException {
    sealer.addKey();
    pause.await(onTheirWay);
    TreeSet<String> unreadable = new TreeSet<>();
    int resealed = 0;
    int changed;
    do {
      changed = 0;
      for (Map.Entry<ToolKey, ToolRow> tool : tools.allTools().entrySet()) {
        ToolRow.Endpoint now = tool.getValue().endpoint();
        if (unreadable.contains(name(tool.getKey())) || isCurrent(now)) {
          continue;
        }
        ToolRow.Endpoint sealed = reseal(tool.getKey(), now);
        if (sealed == null) {
          unreadable.add(name(tool.getKey()));
        } else {
          changed++;
          resealed += lane.run(new Reseal(tool.getKey(), now, sealed)) ? 1 : 0;
        }
      }
      // Once more, until nothing was left to do: a tool may have been registered meanwhile.
    } while (changed > 0);
    sealer.dropOldKeys();
    return new Result(resealed, List.copyOf(unreadable));
  }

  /// Gives up every secret that no key opens; their tools keep their definitions and are switched
  /// off until they are registered again.
  ///
  /// @return the tools
  public List<String> abandonLost() {
    TreeSet<String> abandoned = new TreeSet<>();
    for (Map.Entry<ToolKey, ToolRow> tool : tools.allTools().entrySet()) {
      ToolRow.Endpoint now = tool.getValue().endpoint();
      if (opens(tool.getKey(), now)) {
        continue;
      }
      ToolRow.Secret unknown = sealer.sealUnknown(tool.getKey());
      if (lane.run(new AbandonSecret(tool.getKey(), now, unknown))) {
        abandoned.add(name(tool.getKey()));
      }
    }
    return List.copyOf(abandoned);
  }

  private boolean opens(ToolKey tool, ToolRow.Endpoint endpoint) {
    ToolRow.Secret next = endpoint.nextSecret();
    return sealer.opens(tool, endpoint.secret()) && (next == null || sealer.opens(tool, next));
  }

  private boolean isCurrent(ToolRow.Endpoint endpoint) {
    ToolRow.Secret next = endpoint.nextSecret();
    return sealer.isCurrent(endpoint.secret()) && (next == null || sealer.isCurrent(next));
  }

  private ToolRow.@Nullable Endpoint reseal(ToolKey tool, ToolRow.Endpoint now) {
    try {
      ToolRow.Secret next = now.nextSecret();
      return new ToolRow.Endpoint(
          now.url(),
          reseal(tool, now.secret()),
          next == null ? null : reseal(tool, next),
          now.onlyV2());
    } catch (IllegalStateException sealedWithALostKey) {
      return null;
    }
  }

  private ToolRow.Secret reseal(ToolKey tool, ToolRow.Secret secret) {
    return sealer.seal(tool, sealer.open(tool, secret));
  }

  private static String name(ToolKey tool) {
    return tool.name()
        + " in scope "
        + tool.scopeId()
        + " of namespace number "
        + tool.namespaceId();
  }

  /// Puts the newly sealed secrets into the row, unless others stand there by now.
  private record Reseal(ToolKey tool, ToolRow.Endpoint from, ToolRow.Endpoint to)
      implements Step<Boolean> {
    @Override
    public long namespaceId() {
      return tool.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(tool);
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      ToolRow current = rows.get(tool);
      if (current == null || !current.endpoint().equals(from)) {
        return Decided.unchanged(false);
      }
      ToolRow changed =
          new ToolRow(
              to,
              current.delivery(),
              current.enabled(),
              current.description(),
              current.createdAtMs());
      return new Decided<>(true, List.of(new Change<>(tool, changed)), List.of(), null);
    }
  }
}
