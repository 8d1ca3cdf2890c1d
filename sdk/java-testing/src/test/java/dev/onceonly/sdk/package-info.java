/// The suite of the scenarios, where the client's package is.
@NullMarked
package dev.onceonly.sdk;

import org.jspecify.annotations.NullMarked;
