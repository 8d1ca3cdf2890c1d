package dev.onceonly.server.spec;

import java.net.URI;
import java.util.Set;

/// A running server that the document's scenarios can be sent to.
interface SpecTarget extends AutoCloseable {
  /// Who sends a request. The target has issued an API key to each of them.
  enum Persona {
    /// An administrator of a namespace whose plan has no limit in reach of the scenarios.
    ADMIN,
    /// A reader of the same namespace.
    READER,
    /// An operator of the same namespace.
    OPERATOR,
    /// Agents of the same namespace whose ids are like `bot-*`.
    AGENT,
    /// An administrator's key that was switched off.
    DISABLED,
    /// An administrator of another namespace, on plan free, that has used up its month for locks
    /// and leases.
    OVER_LIMIT
  }

  /// Where the server listens, without a path, such as `http://127.0.0.1:8080`.
  URI baseUri();

  /// The persona's API key, without the word `Bearer`.
  String apiKey(Persona persona);

  /// A tool that the server may call; it answers `{"ok":true,"echo":args}`, with 500 where
  /// `args.fail` is true and with the status that `args.fail` names where that is a number.
  URI toolUrl();

  /// Every route that the server serves, as `METHOD /path/{variable}`.
  Set<String> routes();

  @Override
  void close();
}
