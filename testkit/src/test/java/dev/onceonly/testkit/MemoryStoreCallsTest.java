package dev.onceonly.testkit;

import dev.onceonly.core.service.Store;

/// Governed calls on the store in memory.
final class MemoryStoreCallsTest extends CallContract {
  @Override
  protected Store open(ManualTime time) {
    return new MemoryStore(time.storeClock());
  }
}
