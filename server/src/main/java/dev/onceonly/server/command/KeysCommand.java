package dev.onceonly.server.command;

import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.server.admin.Admin;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `onceonly keys`.
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "API keys: create, list, disable, enable.",
    subcommands = {
      KeysCommand.Create.class,
      KeysCommand.Listing.class,
      KeysCommand.Disable.class,
      KeysCommand.Enable.class
    })
final class KeysCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before run().
  private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /// `onceonly keys create`.
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Makes an API key and prints it once; only its hash is stored.")
  static final class Create extends OperatorCommand {
    @Option(names = "--namespace", description = "Whose key it is (default: ${DEFAULT-VALUE}).")
    private String namespace = Accounts.DEFAULT_NAMESPACE;

    @Option(
        names = "--role",
        description = "admin, agent, operator or reader (default: ${DEFAULT-VALUE}).")
    private String role = Role.ADMIN.wireName();

    @Option(
        names = "--agent",
        paramLabel = "PATTERN",
        description =
            "Agent ids that a key of role agent may speak for, such as bot-*; may be repeated.")
    private List<String> agents = new ArrayList<>();

    @Option(
        names = "--locks",
        paramLabel = "PATTERN",
        description =
            "Keys of locks and leases that a key of role agent may name, such as order-*; may be"
                + " repeated. Without it the key may touch only what it has claimed itself.")
    private List<String> locks = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private CommandSpec spec;

    @Override
    int run(Admin admin, PrintWriter out) {
      Role known =
          Role.fromWireName(role)
              .orElseThrow(() ->
                  new CommandLine.ParameterException(
                      spec.commandLine(),
                      "--role takes admin, agent, operator or reader, was '" + role + "'"));
      String text = admin.keyText().next();
      ApiKey key = admin.accounts().createKey(namespace, text, new Powers(known, agents, locks));
      out.println(text);
      out.println(
          "id "
              + key.keyId()
              + ", role "
              + known.wireName()
              + ", namespace "
              + namespace
              + "; it is shown only now");
      return 0;
    }
  }

  /// `onceonly keys list`.
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists a namespace's API keys.")
  static final class Listing extends OperatorCommand {
    @Option(names = "--namespace", description = "Whose keys (default: ${DEFAULT-VALUE}).")
    private String namespace = Accounts.DEFAULT_NAMESPACE;

    @Override
    int run(Admin admin, PrintWriter out) {
      List<ApiKey> keys = admin.accounts().keys(namespace);
      out.printf("%-17s %-9s %-20s %-21s %s%n", "ID", "ROLE", "KEY", "CREATED", "STATE");
      for (ApiKey key : keys) {
        out.printf(
            "%-17s %-9s %-20s %-21s %s%s%n",
            key.keyId(),
            key.role().wireName(),
            key.preview(),
            Instant.ofEpochMilli(key.span().createdAtMs()).truncatedTo(ChronoUnit.SECONDS),
            key.isEnabled() ? "enabled" : "disabled",
            key.powers().boundTo());
      }
      return 0;
    }
  }

  /// `onceonly keys disable`.
  @Command(
      name = "disable",
      mixinStandardHelpOptions = true,
      description = "Disables an API key; it holds for the next request.")
  static final class Disable extends OperatorCommand {
    @Parameters(paramLabel = "ID", description = "The key's id, as 'keys list' shows it.")
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private String keyId;

    @Override
    int run(Admin admin, PrintWriter out) {
      ApiKey key = admin.accounts().disableKey(keyId);
      out.println("disabled " + key.keyId() + " (" + key.preview() + ")");
      return 0;
    }
  }

  /// `onceonly keys enable`.
  @Command(
      name = "enable",
      mixinStandardHelpOptions = true,
      description = "Enables a disabled API key, as it was; it holds for the next request.")
  static final class Enable extends OperatorCommand {
    @Parameters(paramLabel = "ID", description = "The key's id, as 'keys list' shows it.")
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private String keyId;

    @Override
    int run(Admin admin, PrintWriter out) {
      ApiKey key = admin.accounts().enableKey(keyId);
      out.println(
          "enabled "
              + key.keyId()
              + " ("
              + key.preview()
              + "), role "
              + key.role().wireName()
              + key.powers().boundTo());
      return 0;
    }
  }
}
