package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Calls;
import dev.onceonly.sdk.internal.http.Flow;
import dev.onceonly.sdk.internal.http.Http;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// What the parts of a client share. Thread-safe.
///
/// @param http attempts and their repetition
/// @param calls the calls that are open
/// @param workers where the client's own work goes on
/// @param functions where functions of asynchronous calls run; it may be full or closed
/// @param logger where warnings go
/// @param failOpen whether check-lock goes ahead when the server can't be asked
/// @param hooks the user's
record Core(
    Http http,
    Calls calls,
    Executor workers,
    Executor functions,
    System.Logger logger,
    FailOpen failOpen,
    Hooks hooks) {
  <T> CompletableFuture<T> send(Call call, Exchange<T> exchange) {
    return http.send(call, exchange.request()).thenApply(exchange.read());
  }

  <T> CompletableFuture<T> send(Call call, Exchange<T> exchange, ApiRequest.Limits limits) {
    return http.send(call, exchange.request().limits(limits)).thenApply(exchange.read());
  }

  <T> T await(Exchange<T> exchange) {
    return calls.here(call -> sendHere(call, exchange));
  }

  <T> T sendHere(Call call, Exchange<T> exchange) throws InterruptedException {
    return exchange.read().apply(http.sendHere(call, exchange.request()));
  }

  <T> T here(Calls.Verb<T> verb) {
    return calls.here(verb);
  }

  <T> CompletableFuture<T> start(Exchange<T> exchange) {
    return calls.start(call -> send(call, exchange));
  }

  <T> T await(Flow<T> flow) {
    return calls.await(flow);
  }

  <T> CompletableFuture<T> start(Flow<T> flow) {
    return calls.start(flow);
  }
}
