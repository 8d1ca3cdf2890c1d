package dev.onceonly.sdk.internal.guard;

import org.jspecify.annotations.Nullable;

/// A first call's value on its way to the server, which stores it as `{"data": value}` whatever it
/// is: so a replay tells an object with the one name `data` from a value in a coat.
///
/// @param value what the function has given, perhaps a future of it
public record Replayable(@Nullable Object value) {}
