/// Faults on real server processes over real HTTP: killed, without power, without space, with
/// flushes that fail, told to stop under load. [Ledger] remembers what was acknowledged and finds
/// what was lost.
@NullMarked
package dev.onceonly.server.fault;

import org.jspecify.annotations.NullMarked;
