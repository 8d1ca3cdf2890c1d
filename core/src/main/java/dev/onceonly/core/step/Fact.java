package dev.onceonly.core.step;

/// Something that happened, told to whoever listens once its step has been committed.
public interface Fact {
  long namespaceId();
}
