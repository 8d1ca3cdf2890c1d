package dev.onceonly.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.http.memory.MemoryBudget;
import org.junit.jupiter.api.Test;

class CapacityTest {
  private static final long HEAP = 256L << 20;
  private static final int OF_HEAP = MemoryBudget.ofHeap(HEAP).connectionsMax();

  @Test
  void theHeapDecidesWhereThereAreDescriptorsEnough() {
    assertThat(connections(Long.MAX_VALUE, 0)).isEqualTo(OF_HEAP);
    assertThat(connections(1_048_576, 0)).isEqualTo(OF_HEAP);
  }

  @Test
  void anOperatorsNumberCounts() {
    assertThat(connections(1_048_576, 20)).isEqualTo(20);
    assertThat(connections(1_048_576, 2 * OF_HEAP)).isEqualTo(2 * OF_HEAP);
  }

  @Test
  void theDescriptorsBoundBoth() {
    assertThat(connections(1_512, 0)).isEqualTo(800);
    assertThat(connections(1_512, 900)).isEqualTo(800);
    assertThat(connections(1_512, 800)).isEqualTo(800);
    assertThat(connections(1_512, 799)).isEqualTo(799);
  }

  @Test
  void withFewDescriptorsHalfAreForConnections() {
    assertThat(connections(120, 0)).isEqualTo(48);
    assertThat(connections(1, 0)).isEqualTo(1);
  }

  private static int connections(long descriptors, int set) {
    return new Capacity(HEAP, descriptors).budget(set, false).connectionsMax();
  }
}
