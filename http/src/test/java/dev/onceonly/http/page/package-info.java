/// Tests of the package of the same name.
@NullMarked
package dev.onceonly.http.page;

import org.jspecify.annotations.NullMarked;
