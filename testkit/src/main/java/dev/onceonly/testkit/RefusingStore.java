package dev.onceonly.testkit;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Step;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A real store that refuses the steps and reads that a test names, as a full queue, a full disk or
/// a lost flush do. Thread-safe.
public final class RefusingStore {
  private final Store real;
  private final CopyOnWriteArrayList<Refusal> refusals = new CopyOnWriteArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final ConcurrentHashMap<String, CountDownLatch> gates = new ConcurrentHashMap<>();

  /// What is refused: steps by the name of their class, reads by the name of their method.
  private record Refusal(
      String name, Supplier<RuntimeException> why, boolean done, AtomicInteger times) {}

  public RefusingStore(Store real) {
    this.real = real;
  }

  /// The store with the refusals in front.
  public Store store() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, arguments) -> {
              List<String> names = names(method.getName(), arguments);
              for (String name : names) {
                pass(name);
                strike(name, false);
              }
              try {
                Object answer = method.invoke(real, arguments);
                names.forEach(name -> strike(name, true));
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static List<String> names(String method, Object @Nullable [] arguments) {
    if (arguments != null && arguments[0] instanceof Step<?> step) {
      String name = step.getClass().getSimpleName();
      return List.of(name, name + " of " + step.namespaceId());
    }
    return List.of(method);
  }

  private void pass(String name) throws InterruptedException {
    CountDownLatch gate = gates.get(name);
    if (gate != null) {
      gate.await();
    }
  }

  private void strike(String name, boolean done) {
    for (Refusal refusal : refusals) {
      if (refusal.name.equals(name)
          && refusal.done == done
          && refusal.times.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        refused.incrementAndGet();
        throw refusal.why.get();
      }
    }
  }

  /// Refuses so often what has not been done.
  ///
  /// @param name a step's class, such as `SettleStep`, the same of one namespace, `SettleStep of
  ///   1`, or a method of [Store]
  public void refuse(String name, ErrorCode code, int times) {
    add(name, code, false, times);
  }

  /// Says so often of what has been done that nobody knows whether it was.
  public void lose(String name, int times) {
    add(name, ErrorCode.UNKNOWN_OUTCOME, true, times);
  }

  private void add(String name, ErrorCode code, boolean done, int times) {
    Supplier<RuntimeException> why = () -> new Failure(code, "on purpose", Map.of(), 1);
    refusals.add(new Refusal(name, why, done, new AtomicInteger(times)));
  }

  /// How often it has refused.
  public int refused() {
    return refused.get();
  }

  /// From now on these steps or reads hang, until the latch is counted down.
  public CountDownLatch hang(String name) {
    return gates.computeIfAbsent(name, _ -> new CountDownLatch(1));
  }

  /// Refuses nothing any more.
  public void relent() {
    refusals.clear();
  }
}
