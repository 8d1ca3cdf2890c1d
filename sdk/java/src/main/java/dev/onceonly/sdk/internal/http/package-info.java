/// Calls, attempts and retries for the SDK's own use: no part of its API.
@NullMarked
package dev.onceonly.sdk.internal.http;

import org.jspecify.annotations.NullMarked;
