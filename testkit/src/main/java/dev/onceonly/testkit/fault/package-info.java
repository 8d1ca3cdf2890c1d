/// Storage faults on purpose: what a disk, a full disk or a power cut can do to a process that runs
/// unchanged. Linux with a C compiler only.
///
/// [NativeFaults] compiles a small library that a child process loads before all others; it sees
/// every write and flush of the files in one folder. [FaultSwitches] makes flushes fail, lie or
/// take long and the disk full, while the child runs. With a trace asked for, everything that
/// reaches the files is recorded: [FlushTrace] reads it, and [PowerCut] rebuilds the folder as the
/// disk could look had the power gone at any moment, a thousand moments in a minute. A test then
/// opens each rebuilt folder and asks whether all that was acknowledged, which [MarkWriter] or the
/// child itself notes in the trace, is there.
///
/// The example to copy is `PowerCutTest`. The trace's format is described in `faultfs.c`, beside
/// this package in the resources.
@NullMarked
package dev.onceonly.testkit.fault;

import org.jspecify.annotations.NullMarked;
