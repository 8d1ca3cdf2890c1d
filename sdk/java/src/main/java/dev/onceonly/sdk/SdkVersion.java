package dev.onceonly.sdk;

/// The version of this library.
public final class SdkVersion {
  /// As it stands in the header `User-Agent`.
  public static final String VERSION = "4.0.0";

  private SdkVersion() {}
}
