package dev.onceonly.core.govern;

/// A policy as stored.
///
/// @param version of the policy, 12 hexadecimal digits
public record PolicyRow(Policy policy, String version, long updatedAtMs) {}
