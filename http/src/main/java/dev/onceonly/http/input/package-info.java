/// What a caller sent, taken out by name with its bounds checked; all mistakes are reported at
/// once.
@NullMarked
package dev.onceonly.http.input;

import org.jspecify.annotations.NullMarked;
