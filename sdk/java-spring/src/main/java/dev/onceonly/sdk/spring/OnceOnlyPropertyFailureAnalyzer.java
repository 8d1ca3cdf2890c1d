package dev.onceonly.sdk.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Says in a few lines instead of a stack trace which setting keeps the application from starting.
final class OnceOnlyPropertyFailureAnalyzer
    extends AbstractFailureAnalyzer<OnceOnlyPropertyException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, OnceOnlyPropertyException cause) {
    return new FailureAnalysis(
        "The OnceOnly client can't be made: " + cause.getMessage() + ".",
        cause.property().equals("onceonly.api-key")
            ? "Set onceonly.api-key (the environment variable ONCEONLY_API_KEY does too), define a bean of type"
                + " OnceOnly yourself, or set onceonly.enabled=false, which leaves annotated methods unprotected."
            : "Change " + cause.property() + ", or remove it to get its default.",
        cause);
  }
}
