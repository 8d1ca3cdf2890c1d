package dev.onceonly.server.planted.store;

/// No offender: the store's clock says so in its name.
final class PlantedClock {

  private PlantedClock() {}

  static long millis() {
    return System.currentTimeMillis();
  }
}
