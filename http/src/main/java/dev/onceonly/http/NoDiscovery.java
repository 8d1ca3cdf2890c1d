package dev.onceonly.http;

import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;

/// Keeps Helidon from searching the class path for services. It would find only its own defaults,
/// none of which we use, and the search took a third of the CPU time from start to first answer.
final class NoDiscovery {
  private NoDiscovery() {}

  /// Gives this process's Helidon an empty registry. Doing it again changes nothing.
  static void begin() {
    ServiceRegistryConfig nothing =
        ServiceRegistryConfig.builder()
            .discoverServices(false)
            .discoverServicesFromServiceLoader(false)
            .build();
    GlobalServiceRegistry.registry(ServiceRegistryManager.create(nothing).registry());
  }

  /// Bodies are bytes on both sides.
  static MediaContext mediaContext() {
    return MediaContext.builder()
        .mediaSupportsDiscoverServices(false)
        .registerDefaults(false)
        .build();
  }

  /// No compression: answers are short, and a compressed request could be a bomb.
  static ContentEncodingContext contentEncoding() {
    return ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build();
  }
}
