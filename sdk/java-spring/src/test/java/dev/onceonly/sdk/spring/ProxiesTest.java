package dev.onceonly.sdk.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import dev.onceonly.sdk.testkit.LiveServer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/// The annotations together with what else Spring puts around a bean.
final class ProxiesTest {
  private static LiveServer server;

  private final String id = UUID.randomUUID().toString();

  @BeforeAll
  static void start() {
    server = LiveServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void interfaceIsEnoughForAProxy() {
    runner()
        .withPropertyValues("spring.aop.proxy-target-class=false")
        .withBean(FinalMailer.class)
        .run(context -> {
          Mailer mailer = context.getBean(Mailer.class);
          mailer.send(id);
          mailer.send(id);
          mailer.sendAnnotatedInTheClass(id);
          mailer.sendAnnotatedInTheClass(id);

          assertThat(AopUtils.isJdkDynamicProxy(mailer)).isTrue();
          assertThat(mailer.sent()).isEqualTo(2);
        });
  }

  @Test
  void annotationOfAGenericInterfaceOrASuperclassHoldsForTheBean() {
    runner()
        .withBean(Texts.class)
        .run(context -> {
          Texts texts = context.getBean(Texts.class);
          assertThat(texts.handle(id)).isEqualTo("handled");
          assertThat(texts.handle(id)).isNull();
          Handler<String> handler = texts;
          assertThat(handler.handle(id)).isNull();
          assertThat(texts.inherited(id)).isEqualTo("overridden");
          assertThat(texts.inherited(id)).isNull();
        });
  }

  @Test
  void beanWithoutAnnotationsGetsNoProxy() {
    runner()
        .withBean("plain", Object.class)
        .run(context -> assertThat(AopUtils.isAopProxy(context.getBean("plain"))).isFalse());
  }

  @Test
  void asyncMethodRunsOnceInItsOwnThread() {
    runner()
        .withUserConfiguration(AsyncConfiguration.class)
        .run(context -> {
          AsyncMailer mailer = context.getBean(AsyncMailer.class);

          assertThat(mailer.send(id).join()).isNotEqualTo(Thread.currentThread().getName());
          assertThat(mailer.send(id).join()).isNull();
        });
  }

  @Test
  void duplicateBeginsNoTransaction() {
    runner()
        .withUserConfiguration(TransactionConfiguration.class)
        .run(context -> {
          Ledger ledger = context.getBean(Ledger.class);
          ledger.book(id);
          ledger.book(id);

          assertThat(context.getBean(Transactions.class).begun.get()).isEqualTo(1);
        });
  }

  @Test
  void leaseIsCompletedOnlyAfterTheCommit() {
    runner()
        .withUserConfiguration(TransactionConfiguration.class)
        .run(context -> {
          context.getBean(Transactions.class).commitFails = true;
          Ledger ledger = context.getBean(Ledger.class);

          assertThatThrownBy(() -> ledger.close(id)).hasMessage("the commit failed");
          OnceOnly client = context.getBean(OnceOnly.class);
          assertThat(client.ai().status("close:" + id).status()).isEqualTo("failed");
        });
  }

  private static ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(AopAutoConfiguration.class, OnceOnlyAutoConfiguration.class))
        .withPropertyValues(server.properties());
  }

  /// Sends, and counts what it has sent.
  interface Mailer {
    @Idempotent(key = "mail:{recipient}")
    void send(String recipient);

    void sendAnnotatedInTheClass(String recipient);

    int sent();
  }

  static final class FinalMailer implements Mailer {
    private final AtomicInteger sent = new AtomicInteger();

    @Override
    public void send(String recipient) {
      sent.incrementAndGet();
    }

    @Override
    @Idempotent(key = "mail-in-class:{recipient}")
    public void sendAnnotatedInTheClass(String recipient) {
      sent.incrementAndGet();
    }

    @Override
    public int sent() {
      return sent.get();
    }
  }

  interface Handler<T> {
    @Idempotent(key = "handle:{work}")
    @Nullable String handle(T work);
  }

  static class Inheriting {
    @Idempotent(key = "inherited:{work}")
    public @Nullable String inherited(String work) {
      return "inherited";
    }
  }

  static class Texts extends Inheriting implements Handler<String> {
    @Override
    public @Nullable String handle(String text) {
      return "handled";
    }

    @Override
    public @Nullable String inherited(String text) {
      return "overridden";
    }
  }

  static class AsyncMailer {
    @Async
    @Idempotent(key = "async:{recipient}")
    public CompletableFuture<String> send(String recipient) {
      return CompletableFuture.completedFuture(Thread.currentThread().getName());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAsync(proxyTargetClass = true)
  static class AsyncConfiguration {
    @Bean
    AsyncMailer asyncMailer() {
      return new AsyncMailer();
    }
  }

  @Transactional
  static class Ledger {
    @Idempotent(key = "book:{entry}")
    public void book(String entry) {}

    @IdempotentAi(key = "close:{entry}")
    public String close(String entry) {
      return entry;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement(proxyTargetClass = true)
  static class TransactionConfiguration {
    @Bean
    Ledger ledger() {
      return new Ledger();
    }

    @Bean
    Transactions transactions() {
      return new Transactions();
    }
  }

  /// Transactions of no database, counted.
  static final class Transactions extends AbstractPlatformTransactionManager {
    final transient AtomicInteger begun = new AtomicInteger();
    volatile boolean commitFails;

    @Override
    protected Object doGetTransaction() {
      return new Object();
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
      begun.incrementAndGet();
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
      if (commitFails) {
        throw new IllegalStateException("the commit failed");
      }
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {}
  }
}
