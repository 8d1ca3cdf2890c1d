/// Tests of the package of the same name.
@NullMarked
package dev.onceonly.http.api;

import org.jspecify.annotations.NullMarked;
