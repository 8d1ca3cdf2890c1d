package dev.onceonly.core.run;

import org.jspecify.annotations.Nullable;

/// How one action of a keyed run ended.
///
/// @param status of its event: `ok`, `dedup`, `blocked`, `error` or `unknown`
/// @param dataJson data of its event, a compact JSON object
/// @param done null where it is not done, so that a rerun tries it again
public record ActionEnd(
    String tool, String status, long durationMs, String dataJson, ActionRow.@Nullable Done done) {}
