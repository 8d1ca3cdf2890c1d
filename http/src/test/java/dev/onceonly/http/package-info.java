/// Tests against a real server on a free port.
@NullMarked
package dev.onceonly.http;

import org.jspecify.annotations.NullMarked;
