package dev.onceonly.server.planted.dispatch;

import dev.onceonly.server.planted.store.ImportsJson;

/// A dispatcher that knows the store.
public record ImportsTheStore(ImportsJson table) {}
