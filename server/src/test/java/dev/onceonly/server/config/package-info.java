/// Settings: their names, defaults and bounds, and which of several sources wins.
@NullMarked
package dev.onceonly.server.config;

import org.jspecify.annotations.NullMarked;
