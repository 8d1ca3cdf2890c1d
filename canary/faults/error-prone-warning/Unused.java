package dev.onceonly.canary;

final class Unused {

  private Unused() {}

  static void forget(int[] numbers) {
    int first = numbers[0];
  }
}
