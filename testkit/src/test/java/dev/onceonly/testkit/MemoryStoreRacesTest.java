package dev.onceonly.testkit;

import dev.onceonly.core.service.Store;

/// Races on the store in memory.
final class MemoryStoreRacesTest extends StoreRaces {
  @Override
  protected Store open(ManualTime time) {
    return new MemoryStore(time.storeClock());
  }
}
