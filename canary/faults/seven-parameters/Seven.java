package dev.onceonly.canary;

final class Seven {

  private Seven() {}

  static int sum(int a, int b, int c, int d, int e, int f, int g) {
    return a + b + c + d + e + f + g;
  }
}
