package dev.onceonly.testkit;

import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.Store;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Governed calls on any store. A store's test extends this and opens the real thing; the cases
/// stand in the interfaces.
public abstract class CallContract
    implements AgentCases,
        CallOutcomeCases,
        CallDecisionCases,
        CallDedupCases,
        CallSweepCases,
        CallSettleCases,
        CallIdentityCases {
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  private @Nullable Store open;
  private @Nullable CallsUnderTest calls;

  /// Opens a store, started, on this time.
  protected abstract Store open(ManualTime time);

  /// Closes the store and whatever was opened with it.
  protected void close(Store store) {
    store.close();
  }

  @BeforeEach
  void openStore() {
    Store store = open(time);
    open = store;
    CallsUnderTest made = new CallsUnderTest(store, CallsUnderTest.LIMITS);
    made.register(2);
    calls = made;
  }

  @AfterEach
  void closeStore() {
    on().calls().close();
    close(store());
  }

  @Override
  public Store store() {
    Store store = open;
    if (store == null) {
      throw new IllegalStateException("no store is open");
    }
    return store;
  }

  @Override
  public CallsUnderTest on() {
    CallsUnderTest made = calls;
    if (made == null) {
      throw new IllegalStateException("no store is open");
    }
    return made;
  }

  @Override
  public ManualTime time() {
    return time;
  }

  @Override
  public CallsUnderTest limited(GovernedCalls.Limits limits) {
    return new CallsUnderTest(store(), limits);
  }
}
