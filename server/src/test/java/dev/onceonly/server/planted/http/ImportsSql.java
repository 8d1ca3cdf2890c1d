package dev.onceonly.server.planted.http;

import java.sql.Connection;

/// SQL in a route.
public record ImportsSql(Connection connection) {}
