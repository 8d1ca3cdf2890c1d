package dev.onceonly.core.service;

import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a key stood at an instant. `row` is there while the key is remembered, also when not found.
public record LeaseView(LeaseStatus status, @Nullable LeaseRow row, Instant at) {}
