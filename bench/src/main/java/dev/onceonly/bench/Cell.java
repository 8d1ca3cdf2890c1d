package dev.onceonly.bench;

/// One row of figures: what was asked, over how many connections, in which kind of loop.
record Cell(WorkloadKind workload, int connections, boolean openLoop) {}
