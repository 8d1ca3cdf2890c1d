/// The HTTP server: routing, the order in which a request is checked, and the one error mapping.
@NullMarked
package dev.onceonly.http;

import org.jspecify.annotations.NullMarked;
