/// Tests of the package of the same name.
@NullMarked
package dev.onceonly.http.json;

import org.jspecify.annotations.NullMarked;
