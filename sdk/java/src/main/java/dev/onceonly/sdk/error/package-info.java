/// What goes wrong: unchecked exceptions, all below
/// [OnceOnlyException][dev.onceonly.sdk.error.OnceOnlyException].
@NullMarked
package dev.onceonly.sdk.error;

import org.jspecify.annotations.NullMarked;
