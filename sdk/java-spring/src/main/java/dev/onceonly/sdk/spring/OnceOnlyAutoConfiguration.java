package dev.onceonly.sdk.spring;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.OnceOnlyBuilder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/// Makes the client from `onceonly.*`, unless the application defines one, and puts the annotations
/// [dev.onceonly.sdk.annotation.Idempotent] and [dev.onceonly.sdk.annotation.IdempotentAi] into
/// effect on all beans.
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "onceonly.enabled", matchIfMissing = true)
@EnableConfigurationProperties(OnceOnlyProperties.class)
public final class OnceOnlyAutoConfiguration {
  /// For the container only.
  OnceOnlyAutoConfiguration() {}

  /// The client, closed with the context.
  ///
  /// @throws OnceOnlyPropertyException when a property is missing or wrong
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  OnceOnly onceOnly(
      OnceOnlyProperties properties, ObjectProvider<OnceOnlyBuilderCustomizer> customizers) {
    OnceOnlyBuilder builder = ClientSettings.builder(properties);
    customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
    return builder.build();
  }

  /// Static, and the client only looked up at the first call, because a bean post-processor is made
  /// before all other beans and whatever it needs would be made too early.
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static IdempotentPostProcessor idempotentPostProcessor(
      ObjectProvider<OnceOnly> client, Environment environment) {
    IdempotentPostProcessor processor = new IdempotentPostProcessor(client);
    processor.setProxyTargetClass(
        environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
    return processor;
  }
}
