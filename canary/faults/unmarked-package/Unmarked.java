package dev.onceonly.canary.unmarked;

final class Unmarked {

  private Unmarked() {}
}
