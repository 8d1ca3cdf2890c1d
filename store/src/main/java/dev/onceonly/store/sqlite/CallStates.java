package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.CallState;

/// How calls' states stand in the database. Statements and a partial index name these numbers.
final class CallStates {
  private CallStates() {}

  static int number(CallState state) {
    return switch (state) {
      case RESERVED -> 0;
      case EXECUTED -> 1;
      case FAILED -> 2;
      case UNKNOWN -> 3;
    };
  }

  static CallState of(int number) {
    return switch (number) {
      case 0 -> CallState.RESERVED;
      case 1 -> CallState.EXECUTED;
      case 2 -> CallState.FAILED;
      case 3 -> CallState.UNKNOWN;
      default -> throw new IllegalStateException("no call has the state " + number);
    };
  }
}
