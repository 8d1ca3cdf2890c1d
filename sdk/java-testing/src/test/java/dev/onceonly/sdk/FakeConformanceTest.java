package dev.onceonly.sdk;

import dev.onceonly.sdk.testing.FakeOnceOnly;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The scenarios that say so, against the OnceOnly in memory, in place of a server.
final class FakeConformanceTest {
  @TestFactory
  List<DynamicTest> scenarios() {
    return Scenarios.of(Set.of("fake"), () -> builder -> builder.transport(new FakeOnceOnly()));
  }
}
