/// Tests of the package of the same name.
@NullMarked
package dev.onceonly.http.session;

import org.jspecify.annotations.NullMarked;
