/// Who may enter, and how fast: API keys, roles, and the request rate of each key.
@NullMarked
package dev.onceonly.http.gate;

import org.jspecify.annotations.NullMarked;
