/// Tools of Spring AI that run exactly once, or under an agent's policy.
@NullMarked
package dev.onceonly.sdk.springai;

import org.jspecify.annotations.NullMarked;
