package dev.onceonly.sdk.testing;

import dev.onceonly.sdk.OnceOnly;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives each JUnit test a [FakeOnceOnly] and a client of it, as parameters of the test or of its
/// `@BeforeEach`: both are the same objects within one test, and nobody else's. The client is
/// closed after the test.
///
/// ```java
/// @ExtendWith(OnceOnlyExtension.class)
/// class PaymentsTest {
///   @Test
///   void paysOnce(OnceOnly onceOnly, FakeOnceOnly fake) { … }
/// }
/// ```
public final class OnceOnlyExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(OnceOnlyExtension.class);

  /// JUnit makes it.
  public OnceOnlyExtension() {}

  /// A fake with its client, kept for one test.
  private static final class Pair implements AutoCloseable {
    private final FakeOnceOnly fake = new FakeOnceOnly();
    private final OnceOnly client = fake.client();

    @Override
    public void close() {
      client.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    Class<?> type = parameter.getParameter().getType();
    return type == FakeOnceOnly.class || type == OnceOnly.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    Pair pair = test.getStore(NAMESPACE).computeIfAbsent(Pair.class, key -> new Pair(), Pair.class);
    return parameter.getParameter().getType() == OnceOnly.class ? pair.client : pair.fake;
  }
}
