package dev.onceonly.bench;

/// What a request cost: CPU microseconds (user and system) of the server's and of the driver's
/// whole process, and the server's resident memory at the window's end.
record Cost(double serverCpuUs, double driverCpuUs, long residentBytes) {}
