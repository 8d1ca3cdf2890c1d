/// Calls tools over the network: addresses checked and pinned, requests signed, attempts bounded.
/// Also seals the tools' secrets. Imports `core` only; time, randomness and name look-ups come in
/// through ports. The libraries are loaded by the first call, so a start does not wait for them.
@NullMarked
package dev.onceonly.dispatch;

import org.jspecify.annotations.NullMarked;
