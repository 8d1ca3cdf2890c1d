/// The worker: takes keyed runs from the queue and runs their actions, on threads of its own.
@NullMarked
package dev.onceonly.server.worker;

import org.jspecify.annotations.NullMarked;
