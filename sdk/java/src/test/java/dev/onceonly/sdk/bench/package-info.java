/// How fast the SDK is, beside the HTTP client that it uses.
@NullMarked
package dev.onceonly.sdk.bench;

import org.jspecify.annotations.NullMarked;
