package dev.onceonly.sdk;

import dev.onceonly.sdk.error.OnceOnlyException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How a function is run exactly once. Mutable: a verb makes one, hands it to the function that it
/// is given, and reads it at once.
public final class RunFnOptions {
  final LeaseOptions lease = new LeaseOptions();
  final WaitOptions wait = new WaitOptions();
  Duration ttl = Duration.ofMinutes(5);
  boolean waitOnConflict = true;
  String errorCode = "fn_error";
  @Nullable Consumer<OnceOnlyException> onLeaseLost;
  @Nullable Class<?> model;
  List<Class<? extends Throwable>> releasedExceptions = List.of();

  /// Every option at its default. The verbs make their options themselves; this is for who wants to
  /// check some before any is used.
  public RunFnOptions() {
    lease.ttl(ttl);
  }

  /// How long the lease lasts without being extended, in whole seconds (a part of one counts as
  /// one); 300 s unless set.
  public RunFnOptions ttl(Duration ttl) {
    lease.ttl(ttl);
    this.ttl = ttl;
    return this;
  }

  /// Kept with the key: a map, record or bean as it is, anything else as `{"value": text}`; at most
  /// 64 KiB of JSON.
  public RunFnOptions metadata(@Nullable Object metadata) {
    lease.metadata(metadata);
    return this;
  }

  /// The pause between two extends; a third of the TTL where that is shorter; 30 seconds unless
  /// set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public RunFnOptions extendEvery(Duration extendEvery) {
    wait.extendEvery(extendEvery);
    return this;
  }

  /// Whether to wait for the result of another who runs the key now; so it is unless turned off.
  public RunFnOptions waitOnConflict(boolean waitOnConflict) {
    this.waitOnConflict = waitOnConflict;
    return this;
  }

  /// How long to wait in all; a minute unless set.
  ///
  /// @throws IllegalArgumentException if it is negative
  public RunFnOptions timeout(Duration timeout) {
    wait.timeout(timeout);
    return this;
  }

  /// The shortest pause between two looks at a server that does not know `wait`; half a second
  /// unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public RunFnOptions pollMin(Duration pollMin) {
    wait.pollMin(pollMin);
    return this;
  }

  /// The longest such pause; 5 seconds unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public RunFnOptions pollMax(Duration pollMax) {
    wait.pollMax(pollMax);
    return this;
  }

  /// What a failed function is recorded as; `fn_error` unless set.
  ///
  /// @throws IllegalArgumentException if it is blank or longer than 256 characters
  public RunFnOptions errorCode(String errorCode) {
    this.errorCode = Arguments.errorCode(errorCode);
    return this;
  }

  /// Called once, in a thread of the client, when the lease is lost: with the answer that says so,
  /// or with a [dev.onceonly.sdk.error.LeaseLostException] of the code `lease_expired` when it was
  /// the clock.
  public RunFnOptions onLeaseLost(@Nullable Consumer<OnceOnlyException> onLeaseLost) {
    this.onLeaseLost = onLeaseLost;
    return this;
  }

  /// 1 to 128 characters that stand for the work's input: a later call with the same key and
  /// another fingerprint is refused with 409 `key_reused`.
  ///
  /// @throws IllegalArgumentException if it is empty or longer
  public RunFnOptions fingerprint(@Nullable String fingerprint) {
    lease.fingerprint(fingerprint);
    return this;
  }

  /// Whether a key whose last run failed is acquired again; not unless set.
  public RunFnOptions retryFailed(boolean retryFailed) {
    lease.retryFailed(retryFailed);
    return this;
  }

  /// The type of `value` of the outcome: a record, bean, list or scalar. Without it `value` is
  /// null.
  public RunFnOptions model(@Nullable Class<?> model) {
    this.model = model;
    return this;
  }

  /// Releases the key when the function throws one of these, so that a later call runs it again.
  /// Without it the failure is kept, and every later caller is told `failed`.
  @SafeVarargs
  @SuppressWarnings("varargs") // They are only read.
  public final RunFnOptions releaseOnException(Class<? extends Throwable>... classes) {
    releasedExceptions = List.of(classes);
    return this;
  }

  /// Releases the key whatever the function throws.
  public RunFnOptions releaseOnException() {
    return releaseOnException(Throwable.class);
  }

  /// Whether the key is released when the function has thrown this.
  boolean releases(Throwable error) {
    return releasedExceptions.stream().anyMatch(type -> type.isInstance(error));
  }
}
