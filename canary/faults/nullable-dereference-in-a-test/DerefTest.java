package dev.onceonly.canary;

import org.jspecify.annotations.Nullable;

final class DerefTest {

  private DerefTest() {}

  static int length(@Nullable String song) {
    return song.length();
  }
}
