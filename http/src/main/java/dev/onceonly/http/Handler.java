package dev.onceonly.http;

/// Answers the requests of one route. Runs on the connection's virtual thread and may block. Throws
/// a [dev.onceonly.core.Failure] or an [dev.onceonly.http.input.InvalidInput] to refuse.
@FunctionalInterface
public interface Handler {
  Reply handle(Request request);
}
