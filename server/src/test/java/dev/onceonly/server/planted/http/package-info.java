/// Offenders in the place of `http`.
@NullMarked
package dev.onceonly.server.planted.http;

import org.jspecify.annotations.NullMarked;
