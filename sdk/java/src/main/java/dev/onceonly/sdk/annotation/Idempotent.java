package dev.onceonly.sdk.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Lets the first call with a key run the method and gives later ones its stand-in, by a lock that
/// lasts for [#ttl]. Read by `OnceOnly.protect` and by the Spring Boot starter; a wrong attribute
/// is refused there, before the first call, and so is a method with neither [#key] nor [#keyId]. It
/// may stand on a method of a class, of a superclass or of an interface, and holds for what
/// overrides that.
///
/// A repeated call does not get the first one's value: it gets what [#onDuplicate] gives, else null
/// (`false`, zero, `Optional.empty()`, a future of null), unless [#atDuplicate] says otherwise.
///
/// The lock is taken before the method runs and stays when it throws: a failed method is not run
/// again until the TTL has passed, unless [#releaseOn] names the error. Methods that give work
/// still to be done (streams, publishers, callables) are refused. **While the server is away the
/// method runs unprotected** unless the client's `failOpen` is off or [#ifUnavailable] is
/// [IfUnavailable#REFUSE].
@Documented
@Inherited
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {
  /// What the key begins with, before a colon. Empty: `func`, or nothing where [#key] is set.
  /// Blanks alone are refused.
  String keyPrefix() default "";

  /// How long a repeated call is known: `"1h"`, `"90s"`, `"PT15M"` or seconds. Empty: 24 hours.
  String ttl() default "";

  /// The key as a template over the arguments: `"payment:{invoiceId}"`, `"order:{order.id}"`,
  /// `"mail:{0}"`; `{{` is a brace. Names need classes compiled with `-parameters`; properties must
  /// be those of the parameter's type, a `Map` and an `Object` excepted. Empty: [#keyId] is needed.
  String key() default "";

  /// Part of the hash that stands for the arguments: change it to forget all earlier keys.
  String keyVersion() default "v1";

  /// Makes the key a hash of this id and of all arguments, whatever the order of their properties,
  /// where there is no [#key]: `"shop.pay"`. The object that has the method is no part of it: two
  /// objects that pay from different accounts need a [#key] that says so, or an id each.
  String keyId() default "";

  /// The name of a method of the same class that is called with the same arguments when the call is
  /// a repeated one. It may be private; its return type must fit.
  String onDuplicate() default "";

  /// What a repeated call gets where there is no [#onDuplicate].
  AtDuplicate atDuplicate() default AtDuplicate.TELL;

  /// Errors after which the lock is given back, so that a later call runs the method again. Empty:
  /// the lock stays whatever the method throws.
  Class<? extends Throwable>[] releaseOn() default {};

  /// A template that stands for the call's input; empty for none. A later call with the same key
  /// and another fingerprint is refused.
  String fingerprint() default "";

  /// What happens while the server can't be asked.
  IfUnavailable ifUnavailable() default IfUnavailable.CLIENT;
}
