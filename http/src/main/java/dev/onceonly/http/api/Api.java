package dev.onceonly.http.api;

import dev.onceonly.core.service.Accounts;
import dev.onceonly.core.service.Agents;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.KeyedRuns;
import dev.onceonly.core.service.Leases;
import dev.onceonly.core.service.Locks;
import dev.onceonly.core.service.Policies;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.service.Timelines;
import dev.onceonly.core.service.Tools;
import dev.onceonly.http.ErrorMapping;
import dev.onceonly.http.Route;
import dev.onceonly.http.ui.RefusalPages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// All routes of the API.
public final class Api {
  private Api() {}

  /// What the routes call.
  ///
  /// @param paused whether an operator has to resume first, after a restore
  public record Services(
      Store store,
      Accounts accounts,
      Locks locks,
      Leases leases,
      LeaseWaiters waiters,
      KeyedRuns keyedRuns,
      Timelines timelines,
      Governance governance,
      BooleanSupplier paused) {}

  /// What the routes of governance call.
  public record Governance(Policies policies, Tools tools, Agents agents, GovernedCalls calls) {}

  /// Makes them.
  ///
  /// @param tokens strong random numbers, which grants are named by
  /// @param outcomes told how locks and leases were answered
  /// @param duplicateStatus of check-lock's duplicate: 200 or 409
  public static List<Route> routes(
      Services services,
      ErrorMapping errors,
      ClaimOutcomes outcomes,
      LongSupplier tokens,
      int duplicateStatus) {
    ClaimFields claims = new ClaimFields(tokens);
    Pause pause = new Pause(services.paused());
    List<Route> routes = new ArrayList<>();
    routes.addAll(
        new LockRoutes(services.locks(), claims, errors, outcomes, duplicateStatus).routes());
    routes.addAll(
        new LeaseRoutes(services.leases(), services.waiters(), claims, outcomes).routes());
    routes.addAll(new TimelineRoutes(services.timelines(), new RefusalPages()).routes());
    routes.addAll(new UsageRoutes(services.store()).routes());
    routes.addAll(new AccountRoutes(services.store(), services.accounts(), pause).routes());
    KeyedRunRoutes keyedRuns =
        new KeyedRunRoutes(services.keyedRuns(), services.store(), claims, outcomes);
    Governance governance = services.governance();
    GovernedCallRoutes calls = new GovernedCallRoutes(governance.calls(), claims);
    routes.add(new AiRunRoute(keyedRuns::keyed, calls::governed).route());
    routes.addAll(calls.routes());
    routes.addAll(new PolicyRoutes(governance.policies()).routes());
    routes.addAll(new ToolRoutes(governance.tools()).routes());
    routes.addAll(new AgentRoutes(governance.agents(), pause).routes());
    return List.copyOf(routes);
  }
}
