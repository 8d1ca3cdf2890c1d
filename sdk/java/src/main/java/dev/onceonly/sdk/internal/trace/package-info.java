/// Traces where the application has OpenTelemetry, for the SDK's own use: no part of its API.
@NullMarked
package dev.onceonly.sdk.internal.trace;

import org.jspecify.annotations.NullMarked;
