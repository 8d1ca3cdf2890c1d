package dev.onceonly.server.command;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the operating system tells the process. The class that hands signals on has no public name
/// and a compiler warning that can't be switched off, so it is reached by reflection; a shutdown
/// hook would do for the end alone, but can't choose the exit status and knows no SIGHUP.
final class Signals {
  private Signals() {}

  /// Hands a signal on instead of what it would do.
  ///
  /// @param name without `SIG`
  /// @param told with the name, on a thread of the signal's own
  /// @return false where this virtual machine leaves signals alone (`-Xrs`)
  static boolean on(String name, Consumer<String> told) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handling =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, given) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      told.accept(name);
                      yield null;
                    }
                    case "equals" -> isSame(proxy, given);
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "the handler of SIG" + name;
                  });
      Object named = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, named, handling);
      return true;
    } catch (ReflectiveOperationException noSignals) {
      return false;
    }
  }

  @SuppressWarnings("ReferenceEquality") // A proxy is equal to itself only.
  private static boolean isSame(Object proxy, Object @Nullable [] given) {
    return given != null && given.length == 1 && given[0] == proxy;
  }
}
