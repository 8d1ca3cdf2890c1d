/// The commit lane: collects the steps of concurrent requests and commits each batch in one flush.
@NullMarked
package dev.onceonly.store;

import org.jspecify.annotations.NullMarked;
