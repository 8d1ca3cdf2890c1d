package dev.onceonly.server.planted.http;

import dev.onceonly.server.planted.store.ImportsJson;

/// A route that knows the store.
public record ImportsTheStore(ImportsJson table) {}
