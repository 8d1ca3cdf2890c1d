package dev.onceonly.sdk.spring;

import java.util.Locale;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/// Keeps the API key out of the actuator's `env` and `configprops` also where an operator lets them
/// show values.
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class OnceOnlySanitizingAutoConfiguration {
  /// For the container only.
  OnceOnlySanitizingAutoConfiguration() {}

  /// Knows the key by all spellings of its property: `onceonly.api-key`, `onceonly.apiKey`,
  /// `ONCEONLY_API_KEY`.
  @Bean
  SanitizingFunction onceOnlyApiKeySanitizingFunction() {
    return OnceOnlySanitizingAutoConfiguration::sanitize;
  }

  private static SanitizableData sanitize(SanitizableData data) {
    String letters = data.getKey().replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
    return letters.equals("onceonlyapikey") ? data.withSanitizedValue() : data;
  }
}
