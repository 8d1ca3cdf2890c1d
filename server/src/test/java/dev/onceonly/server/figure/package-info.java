@NullMarked
package dev.onceonly.server.figure;

import org.jspecify.annotations.NullMarked;
