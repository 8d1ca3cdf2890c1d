package dev.onceonly.sdk;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Every scenario of `spec/conformance`, against canned answers and against the real server, by
/// blocking and by asynchronous calls.
@Execution(ExecutionMode.CONCURRENT)
final class ConformanceTest {
  @TestFactory
  List<DynamicTest> scenarios() {
    return Scenarios.of(Set.of("canned", "live"), () -> builder -> {});
  }
}
