package dev.onceonly.canary;

import org.jspecify.annotations.Nullable;

final class Deref {

  private Deref() {}

  static int length(@Nullable String song) {
    return song.length();
  }
}
