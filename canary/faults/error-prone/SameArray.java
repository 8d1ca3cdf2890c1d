package dev.onceonly.canary;

final class SameArray {

  private SameArray() {}

  static boolean same(int[] a, int[] b) {
    return a.equals(b);
  }
}
