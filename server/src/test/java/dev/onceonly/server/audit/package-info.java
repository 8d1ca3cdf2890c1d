@NullMarked
package dev.onceonly.server.audit;

import org.jspecify.annotations.NullMarked;
