/// What an operator sees: metrics and structured log lines.
@NullMarked
package dev.onceonly.http.observe;

import org.jspecify.annotations.NullMarked;
