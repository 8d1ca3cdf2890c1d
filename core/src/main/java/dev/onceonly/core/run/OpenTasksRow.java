package dev.onceonly.core.run;

/// How many keyed runs are queued or running.
public record OpenTasksRow(long tasks) {}
