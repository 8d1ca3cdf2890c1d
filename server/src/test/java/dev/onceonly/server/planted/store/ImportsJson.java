package dev.onceonly.server.planted.store;

import tools.jackson.databind.JsonNode;

/// JSON in the store.
public record ImportsJson(JsonNode body) {}
