package example;

import dev.onceonly.sdk.annotation.Idempotent;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.stereotype.Service;

/// The starter in an application that has nothing else.
@SpringBootApplication
public class Boot {
  static final AtomicInteger CHARGES = new AtomicInteger();

  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(Boot.class);
    try (ConfigurableApplicationContext context =
        application.run("--onceonly.base-url=" + System.getenv("ONCEONLY_URL"), "--onceonly.fail-open=false")) {
      String invoice = "boot-" + System.nanoTime();
      context.getBean(Payments.class).charge(invoice);
      context.getBean(Payments.class).charge(invoice);
    }
    System.out.println("charged " + CHARGES + " time" + (CHARGES.get() == 1 ? "" : "s"));
  }

  @Service
  public static class Payments {
    @Idempotent(key = "charge:{invoice}")
    public void charge(String invoice) {
      CHARGES.incrementAndGet();
    }
  }
}
