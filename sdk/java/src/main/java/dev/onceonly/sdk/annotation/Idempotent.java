package dev.onceonly.sdk.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Lets the first call with a key run the method and gives later ones its stand-in, by a lock that
/// lasts for [#ttl]. Read by `OnceOnly.protect` and by the Spring Boot starter; a wrong attribute
/// is refused there, before the first call.
///
/// A repeated call does not get the first one's value: it gets what [#onDuplicate] gives, else null
/// (`false`, zero, `Optional.empty()`, a future of null). For the value itself use [IdempotentAi].
///
/// The lock is taken before the method runs and stays when it throws: a failed method is not run
/// again until the TTL has passed. **While the server is away the method runs unprotected** unless
/// the client's `failOpen` is off or [#ifUnavailable] is [IfUnavailable#REFUSE].
@Documented
@Inherited
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {
  /// What the key begins with, before a colon. Empty: `func`, or nothing where [#key] is set.
  String keyPrefix() default "";

  /// How long a repeated call is known: `"1h"`, `"90s"`, `"PT15M"` or seconds. Empty: 24 hours.
  String ttl() default "";

  /// The key as a template over the arguments: `"payment:{invoiceId}"`, `"order:{order.id}"`,
  /// `"mail:{0}"`; `{{` is a brace. Names need classes compiled with `-parameters`. Empty: a hash
  /// of all arguments, whatever the order of their properties.
  String key() default "";

  /// Part of the hash that stands for the arguments: change it to forget all earlier keys.
  String keyVersion() default "v1";

  /// Stands for the method in that hash. Empty: its class and name.
  String keyId() default "";

  /// The name of a method of the same class that is called with the same arguments when the call is
  /// a repeated one. It may be private; its return type must fit.
  String onDuplicate() default "";

  /// What happens while the server can't be asked.
  IfUnavailable ifUnavailable() default IfUnavailable.CLIENT;
}
