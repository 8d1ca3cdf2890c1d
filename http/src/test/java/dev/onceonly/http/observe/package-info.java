/// Tests of the package of the same name.
@NullMarked
package dev.onceonly.http.observe;

import org.jspecify.annotations.NullMarked;
