/// Tests of the package of the same name.
@NullMarked
package dev.onceonly.http.gate;

import org.jspecify.annotations.NullMarked;
