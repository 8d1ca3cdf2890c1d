package dev.onceonly.http;

/// Shows refusals and faults to people, where [ErrorMapping] tells them to programs. Thread-safe.
@FunctionalInterface
public interface ErrorPages {

  /// The same answer as a page: its status and its headers stay.
  Reply page(Request request, Reply refusal);
}
