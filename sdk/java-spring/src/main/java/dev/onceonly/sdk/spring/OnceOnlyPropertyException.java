package dev.onceonly.sdk.spring;

/// A setting `onceonly.*` is missing or can't be right, so the application doesn't start. The
/// message names the property and never shows the API key.
public final class OnceOnlyPropertyException extends RuntimeException {
  private final String property;

  OnceOnlyPropertyException(String property, String reason) {
    super(property + " " + reason);
    this.property = property;
  }

  /// The property's whole name, such as `onceonly.timeout`.
  public String property() {
    return property;
  }
}
