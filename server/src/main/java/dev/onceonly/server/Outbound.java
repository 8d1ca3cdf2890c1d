package dev.onceonly.server;

import dev.onceonly.core.service.SecretSealer;
import dev.onceonly.core.service.ToolDispatcher;
import dev.onceonly.core.service.UrlPolicy;
import dev.onceonly.dispatch.AddressPolicy;
import dev.onceonly.dispatch.HttpToolDispatcher;
import dev.onceonly.dispatch.Pause;
import dev.onceonly.dispatch.Resolver;
import dev.onceonly.dispatch.TinkSealer;
import dev.onceonly.dispatch.UrlRules;
import dev.onceonly.server.config.GovernanceSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/// What a server needs to call tools.
///
/// @param closing ends what the dispatcher holds open
public record Outbound(
    SecretSealer sealer, UrlPolicy urls, ToolDispatcher dispatcher, Runnable closing)
    implements AutoCloseable {

  /// Over the network, with the key of the secrets in a folder. Opens nothing yet.
  public static Outbound overTheNetwork(GovernanceSettings.ToolHosts hosts, Path data) {
    return overTheNetwork(hosts, new TinkSealer(data.resolve("secrets.key")));
  }

  /// Over the network. Opens nothing yet.
  public static Outbound overTheNetwork(GovernanceSettings.ToolHosts hosts, TinkSealer sealer) {
    UrlRules rules =
        new UrlRules(new AddressPolicy(hosts.privateNetworks()), hosts.http(), hosts.only());
    HttpToolDispatcher dispatcher =
        new HttpToolDispatcher(
            rules,
            sealer,
            new HttpToolDispatcher.Ports(
                Resolver.SYSTEM,
                Pause.SLEEP,
                InstantSource.system(),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble()));
    return new Outbound(sealer, rules::refusal, dispatcher, dispatcher::close);
  }

  @Override
  public void close() {
    closing.run();
  }
}
