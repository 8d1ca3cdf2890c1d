/// JSON for the SDK's own use: no part of its API.
@NullMarked
package dev.onceonly.sdk.internal.json;

import org.jspecify.annotations.NullMarked;
