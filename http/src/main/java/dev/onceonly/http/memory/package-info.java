/// How many bytes of the heap requests may hold at a time, before and after their key is known.
@NullMarked
package dev.onceonly.http.memory;

import org.jspecify.annotations.NullMarked;
