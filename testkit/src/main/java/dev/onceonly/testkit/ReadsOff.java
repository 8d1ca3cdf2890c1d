package dev.onceonly.testkit;

import dev.onceonly.core.Failure;
import dev.onceonly.core.service.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A real store whose reads can be turned off, while its steps go on: refused as a full queue of
/// readers refuses them. So a test sees what reads where it may not. Thread-safe.
public final class ReadsOff {
  private static final Set<String> NO_READS =
      Set.of("run", "now", "feed", "listen", "isStorageLow", "troubles", "close");

  private final Store real;
  private final Store store;
  private volatile boolean off;

  public ReadsOff(Store real) {
    this.real = real;
    this.store =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (_, method, given) -> call(method, given));
  }

  /// The store as those see it whose reads are turned off.
  public Store store() {
    return store;
  }

  /// Refuses every read from now on.
  public void turnOff() {
    off = true;
  }

  private @Nullable Object call(Method method, @Nullable Object @Nullable [] given)
      throws Throwable {
    if (off && !NO_READS.contains(method.getName())) {
      throw Failure.overloaded("too many reads are waiting");
    }
    try {
      return method.invoke(real, given);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
