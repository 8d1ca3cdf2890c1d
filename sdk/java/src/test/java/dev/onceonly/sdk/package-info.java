/// Tests of the SDK, the driver of the conformance scenarios among them.
@NullMarked
package dev.onceonly.sdk;

import org.jspecify.annotations.NullMarked;
