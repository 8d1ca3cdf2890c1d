package dev.onceonly.server.planted.core;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Threads in the core, by way of an executor.
final class StartsAnExecutor {

  private StartsAnExecutor() {}

  static ExecutorService start() {
    return Executors.newSingleThreadExecutor();
  }
}
