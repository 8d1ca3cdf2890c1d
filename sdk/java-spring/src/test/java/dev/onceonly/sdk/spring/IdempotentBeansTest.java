package dev.onceonly.sdk.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.testkit.LiveServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/// Annotated methods of a bean in a real application, against the real server. This is the README's
/// example.
final class IdempotentBeansTest {
  private static final int CALLERS = 16;

  private static LiveServer server;
  private static ConfigurableApplicationContext application;
  private static Payments payments;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  @Import(Payments.class)
  static class Application {}

  @BeforeAll
  static void start() {
    server = LiveServer.start();
    application =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .properties(server.properties())
            .run();
    payments = application.getBean(Payments.class);
  }

  @AfterAll
  static void stop() {
    application.close();
    server.close();
  }

  private final String id = UUID.randomUUID().toString();
  private int chargesBefore;
  private int reportsBefore;

  @BeforeEach
  void count() {
    Payments target = target();
    chargesBefore = target.charges.get();
    reportsBefore = target.reports.get();
  }

  @Test
  void methodCalledTwiceRunsOnce() {
    assertThat(payments.charge(id)).isEqualTo("charged " + id);
    assertThat(payments.charge(id)).isEqualTo("already charged " + id);
    assertThat(charges()).isEqualTo(1);
  }

  @Test
  void methodCalledInParallelRunsOnce() throws Exception {
    List<String> answers = inParallel(() -> payments.charge(id));

    assertThat(charges()).isEqualTo(1);
    assertThat(Collections.frequency(answers, "charged " + id)).isEqualTo(1);
    assertThat(Collections.frequency(answers, "already charged " + id)).isEqualTo(CALLERS - 1);
  }

  @Test
  void equalArgumentsAreOneCallWhateverTheirOrder() {
    Payments.Receipt receipt = payments.refund(Map.of("id", id, "kind", "full"), 5);

    assertThat(receipt).isEqualTo(new Payments.Receipt(id, 5));
    assertThat(payments.refund(Map.of("kind", "full", "id", id), 5)).isNull();
    assertThat(payments.refund(Map.of("kind", "full", "id", id), 6)).isNotNull();
    assertThat(charges()).isEqualTo(2);
  }

  @Test
  void methodWithoutAValueRunsOnce() {
    payments.notifyCustomer(id);
    payments.notifyCustomer(id);

    assertThat(charges()).isEqualTo(1);
  }

  @Test
  void exceptionPassesThroughAsItIsAndTheLockStays() throws Exception {
    assertThatThrownBy(() -> payments.breakDown(id))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("the bank is closed");
    payments.breakDown(id);

    assertThat(charges()).isEqualTo(1);
  }

  @Test
  void methodWithAFutureRunsOnce() {
    assertThat(payments.chargeLater(id).join()).startsWith("charge ").endsWith(id);
    assertThat(payments.chargeLater(id).join()).isNull();
    assertThat(charges()).isEqualTo(1);
  }

  @Test
  void callOfABeanToItselfIsNotGuarded() {
    payments.chargeTwiceByItself(id);

    assertThat(charges()).isEqualTo(2);
  }

  @Test
  void leasedMethodGivesEveryCallerItsOneResult() throws Exception {
    List<Payments.Receipt> receipts = inParallel(() -> payments.report(id));

    assertThat(receipts).hasSize(CALLERS).containsOnly(receipts.get(0));
    assertThat(receipts.get(0).invoiceId()).isEqualTo(id);
    assertThat(reports()).isEqualTo(1);
  }

  @Test
  void leasedMethodMayGiveTheWholeOutcome() {
    AiResult first = payments.reportWithOutcome(id);
    AiResult second = payments.reportWithOutcome(id);

    assertThat(first.status()).isEqualTo("completed");
    assertThat(first.key()).isEqualTo("outcome:" + id);
    assertThat(second.result()).isEqualTo(first.result()).containsEntry("invoiceId", id);
    assertThat(reports()).isEqualTo(1);
  }

  @Test
  void leasedMethodWithAFutureRunsOnce() {
    Payments.Receipt first = payments.reportLater(id).join();

    assertThat(payments.reportLater(id).join()).isEqualTo(first);
    assertThat(reports()).isEqualTo(1);
  }

  @Test
  void failureOfALeasedMethodIsThrownAndRemembered() {
    assertThatThrownBy(() -> payments.reportNothing(id))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("no data for " + id);
    assertThatThrownBy(() -> payments.reportNothing(id))
        .isInstanceOfSatisfying(
            OnceOnlyException.class, e -> assertThat(e.code()).isEqualTo("no_data"));
    assertThat(reports()).isEqualTo(1);
  }

  @Test
  void clientCanBeInjectedBesideTheAnnotations() {
    OnceOnly client = application.getBean(OnceOnly.class);

    assertThat(client.checkLock("charge:" + id).locked()).isTrue();
    assertThat(payments.charge(id)).isEqualTo("already charged " + id);
  }

  private int charges() {
    return target().charges.get() - chargesBefore;
  }

  private int reports() {
    return target().reports.get() - reportsBefore;
  }

  // A proxy of a class has fields of its own, which nobody has set.
  private static Payments target() {
    return (Payments) requireNonNull(AopProxyUtils.getSingletonTarget(payments));
  }

  private static <T> List<T> inParallel(Callable<T> call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      List<T> values = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(Collections.nCopies(CALLERS, call))) {
        values.add(future.get());
      }
      return values;
    } finally {
      threads.shutdown();
    }
  }
}
