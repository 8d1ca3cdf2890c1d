/// The demo: the main job, shown with real HTTP calls.
@NullMarked
package dev.onceonly.server.demo;

import org.jspecify.annotations.NullMarked;
