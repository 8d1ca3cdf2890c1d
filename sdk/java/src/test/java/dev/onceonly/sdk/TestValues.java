package dev.onceonly.sdk;

import java.math.BigDecimal;

/// Values of scenarios that JSON has not.
final class TestValues {
  private TestValues() {}

  /// What `"model": "invoice"` names.
  ///
  /// @param id its number
  /// @param amount what is to be paid
  record Invoice(String id, BigDecimal amount) {}
}
