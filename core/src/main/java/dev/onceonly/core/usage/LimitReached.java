package dev.onceonly.core.usage;

/// A hard-stop plan's monthly limit has been reached: what the 402 says.
public record LimitReached(String plan, long limit, long usage) {}
