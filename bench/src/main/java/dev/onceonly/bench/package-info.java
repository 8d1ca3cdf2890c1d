/// The load driver: one event loop on a selector that shares the machine with the server it
/// measures, so it spends as little as it can on each request. Start reading at `BenchCommand`; a
/// measurement is `ClosedLoop` or `OpenLoop`, what is asked and verified is a `Workload`.
@NullMarked
package dev.onceonly.bench;

import org.jspecify.annotations.NullMarked;
