package dev.onceonly.sdk.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/// Annotations that could not hold keep the application from starting, so that nobody relies on
/// them.
final class RefusedMethodsTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(OnceOnlyAutoConfiguration.class))
          .withPropertyValues(
              "onceonly.api-key=once_live_refused", "onceonly.base-url=http://127.0.0.1:9");

  @ParameterizedTest
  @ValueSource(
      classes = {
        PrivateMethod.class,
        FinalMethod.class,
        StaticMethod.class,
        UnknownName.class,
        BothAnnotations.class,
        UnknownStandIn.class,
        WrongTtl.class,
        GivesAStream.class,
        PlacesTogether.class,
        NoKey.class,
        UnknownProperty.class
      })
  void methodThatCanNotBeGuardedIsRefusedAtTheStart(Class<?> bean) {
    runner
        .withBean(bean)
        .run(context ->
            assertThat(messages(context.getStartupFailure()))
                .anyMatch(message -> message.contains(bean.getSimpleName() + ".pay")));
  }

  private static List<String> messages(@Nullable Throwable failure) {
    List<String> messages = new ArrayList<>();
    for (Throwable error = failure; error != null; error = error.getCause()) {
      messages.add(String.valueOf(error.getMessage()));
    }
    return messages;
  }

  static class PrivateMethod {
    @Idempotent(key = "pay:{invoice}")
    @SuppressWarnings("unused") // nobody calls it: the application doesn't get that far
    private void pay(String invoice) {}
  }

  static class FinalMethod {
    @Idempotent(key = "pay:{invoice}")
    public final void pay(String invoice) {}
  }

  static class StaticMethod {
    @Idempotent(key = "pay:{invoice}")
    public static void pay(String invoice) {}
  }

  static class UnknownName {
    @Idempotent(key = "pay:{order}")
    public void pay(String invoice) {}
  }

  static class BothAnnotations {
    @Idempotent(key = "pay:{invoice}")
    @IdempotentAi(key = "pay:{invoice}")
    public void pay(String invoice) {}
  }

  static class UnknownStandIn {
    @Idempotent(key = "pay:{invoice}", onDuplicate = "paidBefore")
    public void pay(String invoice) {}
  }

  static class WrongTtl {
    @Idempotent(key = "pay:{invoice}", ttl = "soon")
    public void pay(String invoice) {}
  }

  static class GivesAStream {
    @Idempotent(key = "pay:{invoice}")
    public Stream<String> pay(String invoice) {
      return Stream.of(invoice);
    }
  }

  static class PlacesTogether {
    @Idempotent(key = "{0}{1}")
    public void pay(String invoice, String customer) {}
  }

  static class NoKey {
    @Idempotent
    public void pay(String invoice) {}
  }

  static class UnknownProperty {
    @Idempotent(key = "pay:{invoice.number}")
    public void pay(String invoice) {}
  }
}
