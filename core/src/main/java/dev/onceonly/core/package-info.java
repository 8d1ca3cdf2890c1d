/// What the product knows: records, outcomes, pure rules, services and the ports they need. Imports
/// the JDK and JSpecify only; it reads no clock, opens no file and starts no thread.
@NullMarked
package dev.onceonly.core;

import org.jspecify.annotations.NullMarked;
