/// Where everything is wired by hand: settings in, a running server out.
@NullMarked
package dev.onceonly.server;

import org.jspecify.annotations.NullMarked;
