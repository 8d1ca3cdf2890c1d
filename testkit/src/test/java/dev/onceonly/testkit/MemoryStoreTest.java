package dev.onceonly.testkit;

import dev.onceonly.core.service.Store;

/// The store in memory keeps the contract.
final class MemoryStoreTest extends StoreContract {
  @Override
  protected Store open(ManualTime time) {
    return new MemoryStore(time.storeClock());
  }

  @Override
  protected boolean isDurable() {
    return false;
  }
}
