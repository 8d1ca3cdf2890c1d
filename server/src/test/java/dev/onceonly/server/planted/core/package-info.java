/// Offenders in the place of `core`: each breaks one rule of the architecture on purpose.
@NullMarked
package dev.onceonly.server.planted.core;

import org.jspecify.annotations.NullMarked;
