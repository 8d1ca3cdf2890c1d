package dev.onceonly.server.planted.store;

import java.util.function.LongSupplier;

/// A clock in the store that is not called here, but handed on.
final class ReadsTheClockByReference {

  private ReadsTheClockByReference() {}

  static LongSupplier nanos() {
    return System::nanoTime;
  }
}
