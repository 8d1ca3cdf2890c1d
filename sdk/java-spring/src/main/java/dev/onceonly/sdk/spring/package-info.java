/// OnceOnly in Spring Boot: a client made from properties, and methods of beans that run once
/// although they are called more often. There is nothing to call here: an application sets
/// `onceonly.api-key` and puts [dev.onceonly.sdk.annotation.Idempotent] or
/// [dev.onceonly.sdk.annotation.IdempotentAi] on methods.
@NullMarked
package dev.onceonly.sdk.spring;

import org.jspecify.annotations.NullMarked;
