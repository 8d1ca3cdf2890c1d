/// Browsers: signing in with an API key, the sessions that it starts, and what they are good for.
@NullMarked
package dev.onceonly.http.session;

import org.jspecify.annotations.NullMarked;
