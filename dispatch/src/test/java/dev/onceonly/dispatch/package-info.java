/// Tests against tools that lie, stall and hang up, on raw sockets.
@NullMarked
package dev.onceonly.dispatch;

import org.jspecify.annotations.NullMarked;
