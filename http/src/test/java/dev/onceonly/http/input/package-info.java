/// Tests of the package of the same name.
@NullMarked
package dev.onceonly.http.input;

import org.jspecify.annotations.NullMarked;
