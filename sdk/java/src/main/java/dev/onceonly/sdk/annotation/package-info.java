/// Annotations that guard methods; read by `OnceOnly.protect` and by the Spring Boot starter.
@NullMarked
package dev.onceonly.sdk.annotation;

import org.jspecify.annotations.NullMarked;
