/// Tests of the package of the same name.
@NullMarked
package dev.onceonly.http.ui;

import org.jspecify.annotations.NullMarked;
