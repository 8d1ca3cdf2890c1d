/// Pages that need no key: health, metrics, and the API's description with a page to read it on.
@NullMarked
package dev.onceonly.http.page;

import org.jspecify.annotations.NullMarked;
