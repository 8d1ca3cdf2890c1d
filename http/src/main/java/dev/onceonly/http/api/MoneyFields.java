package dev.onceonly.http.api;

import dev.onceonly.core.govern.Money;
import dev.onceonly.http.input.Fields;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Amounts of money in USD: 0 to 1e9, rounded half up to nano-USD.
final class MoneyFields {
  private MoneyFields() {}

  static @Nullable Long optionalNanoUsd(Fields fields, String name) {
    BigDecimal usd = fields.optionalDecimal(name);
    return usd == null ? null : (Long) nanoUsd(fields, name, usd);
  }

  static long nanoUsd(Fields fields, String name) {
    return nanoUsd(fields, name, fields.decimal(name));
  }

  private static long nanoUsd(Fields fields, String name, BigDecimal usd) {
    if (!Money.isInRange(usd)) {
      fields.refuse(name, "an amount is 0 to 1000000000 USD");
      return 0;
    }
    return Money.toNanoUsd(usd);
  }
}
