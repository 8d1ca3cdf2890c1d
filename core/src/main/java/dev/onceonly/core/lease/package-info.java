/// Leases: exclusive, expiring ownership of a key's long-running work, with its finished state.
@NullMarked
package dev.onceonly.core.lease;

import org.jspecify.annotations.NullMarked;
