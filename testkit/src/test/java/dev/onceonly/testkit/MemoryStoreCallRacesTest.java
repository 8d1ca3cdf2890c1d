package dev.onceonly.testkit;

import dev.onceonly.core.service.Store;

/// Races of governed calls on the store in memory.
final class MemoryStoreCallRacesTest extends CallRaces {
  @Override
  protected Store open(ManualTime time) {
    return new MemoryStore(time.storeClock());
  }
}
