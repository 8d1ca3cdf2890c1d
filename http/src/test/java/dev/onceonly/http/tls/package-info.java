@NullMarked
package dev.onceonly.http.tls;

import org.jspecify.annotations.NullMarked;
