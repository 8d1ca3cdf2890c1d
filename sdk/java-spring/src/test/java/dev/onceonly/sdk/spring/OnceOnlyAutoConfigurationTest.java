package dev.onceonly.sdk.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.OnceOnlyBuilder;
import dev.onceonly.sdk.error.ClientClosedException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/// Which beans there are under which conditions; no server is asked.
final class OnceOnlyAutoConfigurationTest {
  private static final String KEY = "once_live_never-printed-0123456789";

  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  OnceOnlyAutoConfiguration.class, OnceOnlyHealthAutoConfiguration.class));
  private final ApplicationContextRunner runner =
      bare.withPropertyValues("onceonly.api-key=" + KEY, "onceonly.base-url=http://127.0.0.1:9");

  @Test
  void propertiesMakeAClientAndAHealthIndicator() {
    runner.run(context ->
        assertThat(context)
            .hasNotFailed()
            .hasSingleBean(OnceOnly.class)
            .hasSingleBean(OnceOnlyHealthIndicator.class));
  }

  @Test
  void everyPropertyIsBound() {
    runner
        .withPropertyValues(
            "onceonly.timeout=2s",
            "onceonly.deadline=9s",
            "onceonly.fail-open=false",
            "onceonly.max-retries=3",
            "onceonly.retry-backoff=100ms",
            "onceonly.retry-max-backoff=1s",
            "onceonly.max-connections=7")
        .run(context ->
            assertThat(context.getBean(OnceOnlyProperties.class))
                .hasToString(
                    "OnceOnlyProperties[apiKey=***, baseUrl=http://127.0.0.1:9, timeout=PT2S,"
                        + " deadline=PT9S, failOpen=false, maxRetries=3, retryBackoff=PT0.1S,"
                        + " retryMaxBackoff=PT1S, maxConnections=7, enabled=true,"
                        + " health=Health[enabled=true]]"));
  }

  @Test
  void environmentVariableNamesTheApiKey() {
    bare.withInitializer(context ->
            context
                .getEnvironment()
                .getPropertySources()
                .replace(
                    StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                    new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        Map.of("ONCEONLY_API_KEY", KEY))))
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(OnceOnly.class));
  }

  @Test
  void clientOfTheApplicationReplacesOurs() {
    bare.withUserConfiguration(OwnClient.class)
        .run(context ->
            assertThat(context)
                .hasNotFailed()
                .hasSingleBean(OnceOnly.class)
                .hasBean("ownClient")
                .hasSingleBean(OnceOnlyHealthIndicator.class));
  }

  @Test
  void customizerChangesTheBuilder() {
    runner
        .withUserConfiguration(OwnCustomizer.class)
        .run(context -> assertThat(context.getBean(OwnCustomizer.class).builder.get()).isNotNull());
  }

  @Test
  void disabledMeansNoClientAndNoNeedOfAKey() {
    bare.withPropertyValues("onceonly.enabled=false")
        .run(context ->
            assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(OnceOnly.class)
                .doesNotHaveBean(IdempotentPostProcessor.class)
                .doesNotHaveBean(OnceOnlyHealthIndicator.class));
  }

  @ParameterizedTest
  @CsvSource({"onceonly.health.enabled", "management.health.onceonly.enabled"})
  void healthIndicatorCanBeTurnedOff(String property) {
    runner
        .withPropertyValues(property + "=false")
        .run(context ->
            assertThat(context)
                .hasSingleBean(OnceOnly.class)
                .doesNotHaveBean(OnceOnlyHealthIndicator.class));
  }

  @Test
  void clientIsClosedWithTheContext() {
    AtomicReference<OnceOnly> client = new AtomicReference<>();
    runner.run(context -> client.set(context.getBean(OnceOnly.class)));

    assertThatThrownBy(client.get()::me).isInstanceOf(ClientClosedException.class);
  }

  @Test
  void missingApiKeyKeepsTheApplicationFromStarting() {
    bare.run(context ->
        assertThat(context)
            .getFailure()
            .hasRootCauseInstanceOf(OnceOnlyPropertyException.class)
            .hasRootCauseMessage("onceonly.api-key is not set"));
  }

  @ParameterizedTest
  @CsvSource({
    "onceonly.api-key, '   '",
    "onceonly.api-key, 'once_live_with a blank'",
    "onceonly.base-url, localhost:8080",
    "onceonly.base-url, ftp://localhost",
    "onceonly.base-url, 'http:// '",
    "onceonly.timeout, 0s",
    "onceonly.timeout, -1s",
    "onceonly.deadline, 0s",
    "onceonly.max-retries, -1",
    "onceonly.retry-backoff, -1ms",
    "onceonly.retry-max-backoff, -1ms",
    "onceonly.max-connections, 0",
  })
  void wrongPropertyIsRefusedByItsName(String property, String value) {
    runner
        .withPropertyValues(property + "=" + value)
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(OnceOnlyPropertyException.class)
                .hasMessageStartingWith(property + " ")
                .hasMessageNotContaining(KEY));
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnClient {
    @Bean
    OnceOnly ownClient() {
      return OnceOnly.builder().apiKey("once_live_own").baseUrl("http://127.0.0.1:9").build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnCustomizer {
    final AtomicReference<OnceOnlyBuilder> builder = new AtomicReference<>();

    @Bean
    OnceOnlyBuilderCustomizer ownBuilderCustomizer() {
      return builder::set;
    }
  }
}
