/// JSON on the wire: strict reading, compact writing, and a canonical form for equality and hashes.
@NullMarked
package dev.onceonly.http.json;

import org.jspecify.annotations.NullMarked;
