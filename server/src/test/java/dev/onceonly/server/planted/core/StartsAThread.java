package dev.onceonly.server.planted.core;

/// A thread in the core.
final class StartsAThread {

  private StartsAThread() {}

  static Thread start(Runnable work) {
    return Thread.ofVirtual().start(work);
  }
}
