package dev.onceonly.sdk.spring;

import dev.onceonly.sdk.OnceOnly;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/// Adds the health indicator where Spring Boot's health module is on the class path and there is
/// one client. Turned off by `onceonly.health.enabled=false` or, as for any indicator,
/// `management.health.onceonly.enabled=false`.
@AutoConfiguration(after = OnceOnlyAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnSingleCandidate(OnceOnly.class)
@ConditionalOnEnabledHealthIndicator("onceonly")
@ConditionalOnBooleanProperty(name = "onceonly.health.enabled", matchIfMissing = true)
public final class OnceOnlyHealthAutoConfiguration {
  /// For the container only.
  OnceOnlyHealthAutoConfiguration() {}

  /// The indicator, named `onceOnly` at the health endpoint.
  @Bean
  @ConditionalOnMissingBean(name = "onceOnlyHealthIndicator")
  OnceOnlyHealthIndicator onceOnlyHealthIndicator(OnceOnly client) {
    return new OnceOnlyHealthIndicator(client);
  }
}
