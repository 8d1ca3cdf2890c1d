package dev.onceonly.sdk.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Runs the method exactly once for a key, under a lease that is extended while it runs; every call
/// with that key gets the stored result. Read by `OnceOnly.protect` and by the Spring Boot starter;
/// a wrong attribute is refused there, before the first call. It may stand on a method of a class,
/// of a superclass or of an interface, and holds for what overrides that.
///
/// What the method returns is stored as JSON. A method that returns `AiResult` (made by
/// `AiResult.of(value)`) gets the whole outcome back; any other return type gets the value, mapped
/// to that type for those who did not run it, and an `OnceOnlyException` whose `code` tells why
/// when there is no value: the run failed, was not acquired, or did not end in time.
/// `LeaseContext.current()` tells the method whether it still owns its lease.
@Documented
@Inherited
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface IdempotentAi {
  /// The key as a template over the arguments: `"chat:{chatId}"`, `"order:{order.id}"`,
  /// `"mail:{0}"`; `{{` is a brace. Names need classes compiled with `-parameters`; properties must
  /// be those of the parameter's type, a `Map` and an `Object` excepted.
  String key();

  /// How long the lease lasts without being extended: `"5m"`, `"90s"`, `"PT15M"` or seconds.
  String ttl() default "300s";

  /// Metadata as `"name=template"`, such as `"chat_id={chatId}"`.
  String[] metadata() default {};

  /// The pause between two extends; a third of the TTL where that is shorter.
  String extendEvery() default "30s";

  /// Whether a call waits for the result of another who runs the key now.
  boolean waitOnConflict() default true;

  /// How long it waits in all.
  String timeout() default "60s";

  /// The shortest pause between two looks at a server that does not know `wait`.
  String pollMin() default "500ms";

  /// The longest such pause.
  String pollMax() default "5s";

  /// What a failed method is recorded as.
  String errorCode() default "fn_error";

  /// A template that stands for the work's input; empty for none. A later call with the same key
  /// and another fingerprint is refused.
  String fingerprint() default "";

  /// Whether a key whose last run failed is run again.
  boolean retryFailed() default false;

  /// Errors after which the key is given back, so that a later call runs the method again. Empty:
  /// the failure is kept, and every later call is told so.
  Class<? extends Throwable>[] releaseOn() default {};

  /// The name of a method of the same class, without parameters, that is called once when the lease
  /// is lost; empty for none.
  String onLeaseLost() default "";
}
