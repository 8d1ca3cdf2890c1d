package dev.onceonly.canary;

import org.jspecify.annotations.Nullable;

/// Clean code, built as it stands, and at two bounds: a gate that has become too strict is noticed
/// as well. Six parameters are allowed, and a nullable value may be used once it is checked.
final class Bird {

  private Bird() {}

  static int sum(int a, int b, int c, int d, int e, int f) {
    return a + b + c + d + e + f;
  }

  static int length(@Nullable String song) {
    return song == null ? 0 : song.length();
  }
}
