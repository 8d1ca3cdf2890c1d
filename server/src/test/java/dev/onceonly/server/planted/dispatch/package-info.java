/// Offenders in the place of `dispatch`.
@NullMarked
package dev.onceonly.server.planted.dispatch;

import org.jspecify.annotations.NullMarked;
