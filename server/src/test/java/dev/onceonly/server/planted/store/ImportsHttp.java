package dev.onceonly.server.planted.store;

import dev.onceonly.server.planted.http.ImportsSql;

/// The wire in the store.
public record ImportsHttp(ImportsSql route) {}
