package dev.onceonly.sdk.hook;

import dev.onceonly.sdk.error.OnceOnlyException;
import java.time.Duration;

/// A call is about to be attempted once more.
///
/// @param method the HTTP method
/// @param path the path of the address, such as `/v1/check-lock`
/// @param attempt the number of the attempt that has failed, from 1
/// @param pause how long is waited before the next
/// @param failure why it has failed
public record RetryEvent(
    String method, String path, int attempt, Duration pause, OnceOnlyException failure) {}
