/// Figures for Prometheus that take more than a callback: of governed calls, of dispatches, of the
/// process, and looks that cost something, kept for a while.
@NullMarked
package dev.onceonly.server.figure;

import org.jspecify.annotations.NullMarked;
