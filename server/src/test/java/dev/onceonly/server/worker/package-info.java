/// Tests of the worker.
@NullMarked
package dev.onceonly.server.worker;

import org.jspecify.annotations.NullMarked;
