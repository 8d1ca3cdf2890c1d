package dev.onceonly.bench;

/// The server under measurement: where it answers, and the process that pays for it.
record Subject(Endpoint endpoint, ProcessStats process) {}
