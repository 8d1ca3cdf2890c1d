package dev.onceonly.sdk.spring;

import dev.onceonly.sdk.OnceOnlyBuilder;

/// Changes the builder of the auto-configured client after the properties have been applied and
/// before the client is made, for what no property can say: a transport, a user agent. Beans of
/// this type are called in their order.
@FunctionalInterface
public interface OnceOnlyBuilderCustomizer {
  /// Changes `builder`, from the one thread that makes the client.
  void customize(OnceOnlyBuilder builder);
}
