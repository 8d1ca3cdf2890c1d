package dev.onceonly.sdk.spring;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import dev.onceonly.sdk.annotation.IfUnavailable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/// A bean as applications write them: a class without an interface. Counts what has really
/// happened.
@Service
class Payments {
  final AtomicInteger charges = new AtomicInteger();
  final AtomicInteger reports = new AtomicInteger();

  record Receipt(String invoiceId, int cents) {}

  @Idempotent(
      key = "charge:{invoiceId}",
      ttl = "1h",
      onDuplicate = "alreadyCharged",
      ifUnavailable = IfUnavailable.REFUSE)
  public String charge(String invoiceId) {
    charges.incrementAndGet();
    return "charged " + invoiceId;
  }

  String alreadyCharged(String invoiceId) {
    return "already charged " + invoiceId;
  }

  @Idempotent(keyPrefix = "refund", keyId = "payments.refund")
  public @Nullable Receipt refund(Map<String, Object> order, int cents) {
    charges.incrementAndGet();
    return new Receipt(String.valueOf(order.get("id")), cents);
  }

  @Idempotent(key = "void:{id}")
  public void notifyCustomer(String id) {
    charges.incrementAndGet();
  }

  @Idempotent(key = "broken:{id}")
  public void breakDown(String id) throws IOException {
    charges.incrementAndGet();
    throw new IOException("the bank is closed");
  }

  @Idempotent(key = "later:{id}")
  public CompletableFuture<String> chargeLater(String id) {
    return CompletableFuture.supplyAsync(() -> "charge " + charges.incrementAndGet() + " of " + id);
  }

  /// Calls itself past the proxy, so that each call charges.
  public void chargeTwiceByItself(String invoiceId) {
    charge(invoiceId);
    charge(invoiceId);
  }

  @IdempotentAi(key = "report:{month}", metadata = "month={month}")
  public Receipt report(String month) {
    return new Receipt(month, 100 * reports.incrementAndGet());
  }

  @IdempotentAi(key = "outcome:{month}")
  public AiResult reportWithOutcome(String month) {
    return AiResult.of(new Receipt(month, 100 * reports.incrementAndGet()));
  }

  @IdempotentAi(key = "report-later:{month}")
  public CompletableFuture<Receipt> reportLater(String month) {
    return CompletableFuture.supplyAsync(() -> new Receipt(month, 100 * reports.incrementAndGet()));
  }

  @IdempotentAi(key = "report-broken:{month}", errorCode = "no_data")
  public Receipt reportNothing(String month) {
    reports.incrementAndGet();
    throw new IllegalStateException("no data for " + month);
  }
}
