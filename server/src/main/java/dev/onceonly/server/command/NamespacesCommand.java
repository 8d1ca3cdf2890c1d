package dev.onceonly.server.command;

import dev.onceonly.core.account.Namespace;
import dev.onceonly.server.admin.Admin;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `onceonly namespaces`.
@Command(
    name = "namespaces",
    mixinStandardHelpOptions = true,
    description = "Namespaces: create, list, put on a plan, say where their mails go.",
    subcommands = {
      NamespacesCommand.Create.class,
      NamespacesCommand.Listing.class,
      NamespacesCommand.Plan.class,
      NamespacesCommand.Email.class
    })
final class NamespacesCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before run().
  private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /// `onceonly namespaces create`.
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Makes a namespace: an account with data, limits and API keys of its own.")
  static final class Create extends OperatorCommand {
    @Parameters(paramLabel = "NAME", description = "1 to 63 of a-z, 0-9, _ and -.")
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private String name;

    @Option(names = "--plan", description = "Its plan (default: the setting default_plan).")
    private @Nullable String plan;

    @Option(names = "--email", description = "Where its mails go.")
    private @Nullable String email;

    @Override
    int run(Admin admin, PrintWriter out) {
      Namespace created = admin.accounts().createNamespace(name, plan, email);
      out.println("created namespace " + created.name() + " on plan " + created.plan());
      return 0;
    }
  }

  /// `onceonly namespaces list`.
  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists all namespaces.")
  static final class Listing extends OperatorCommand {
    @Override
    int run(Admin admin, PrintWriter out) {
      out.printf("%-24s %-10s %-21s %s%n", "NAME", "PLAN", "CREATED", "E-MAIL");
      for (Namespace namespace : admin.accounts().namespaces()) {
        out.printf(
            "%-24s %-10s %-21s %s%n",
            namespace.name(),
            namespace.plan(),
            Instant.ofEpochMilli(namespace.createdAtMs()).truncatedTo(ChronoUnit.SECONDS),
            namespace.email() == null ? "-" : namespace.email());
      }
      return 0;
    }
  }

  /// `onceonly namespaces plan`.
  @Command(
      name = "plan",
      mixinStandardHelpOptions = true,
      description = "Puts a namespace on a plan; it holds for the next request.")
  static final class Plan extends OperatorCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The namespace.")
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private String name;

    @Parameters(index = "1", paramLabel = "PLAN", description = "As 'plans show' lists them.")
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private String plan;

    @Override
    int run(Admin admin, PrintWriter out) {
      Namespace changed = admin.accounts().setPlan(name, plan);
      out.println("namespace " + changed.name() + " is on plan " + changed.plan());
      return 0;
    }
  }

  /// `onceonly namespaces email`.
  @Command(
      name = "email",
      mixinStandardHelpOptions = true,
      description = "Says where a namespace's mails go.")
  static final class Email extends OperatorCommand {
    private static final String NONE = "none";

    @Parameters(index = "0", paramLabel = "NAME", description = "The namespace.")
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private String name;

    @Parameters(index = "1", paramLabel = "ADDRESS", description = "One address, or none.")
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private String address;

    @Override
    int run(Admin admin, PrintWriter out) {
      Namespace changed = admin.accounts().setEmail(name, address.equals(NONE) ? null : address);
      out.println(
          changed.email() == null
              ? "namespace " + changed.name() + " gets no mails"
              : "mails of namespace " + changed.name() + " go to " + changed.email());
      return 0;
    }
  }
}
