package dev.onceonly.server.command;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import dev.onceonly.core.govern.Money;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.core.service.CallRegister;
import dev.onceonly.core.service.ResolveCall;
import dev.onceonly.http.api.JsonToolBody;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.json.JsonRefused;
import dev.onceonly.server.admin.Admin;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `onceonly calls`.
@Command(
    name = "calls",
    mixinStandardHelpOptions = true,
    description = "Governed calls: list, resolve.",
    subcommands = {CallsCommand.Listing.class, CallsCommand.Resolve.class})
final class CallsCommand implements Runnable {
  /// Who the audit log says has done it.
  static final String ACTOR = "cli";

  private static final int NOTE_CHARS_MAX = 1_024;
  private static final int LIMIT_MAX = 500;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before run().
  private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static CallRegister register(Admin admin) {
    return new CallRegister(admin.store(), new JsonToolBody(), admin.accounts()::planOf);
  }

  private static CommandLine.ParameterException wrong(CommandSpec spec, String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  /// `onceonly calls list`.
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists a namespace's calls, newest first.")
  static final class Listing extends OperatorCommand {
    @Option(names = "--namespace", description = "Whose calls (default: ${DEFAULT-VALUE}).")
    private String namespace = Accounts.DEFAULT_NAMESPACE;

    @Option(names = "--state", description = "reserved, executed, failed or unknown only.")
    private @Nullable String state;

    @Option(names = "--agent", paramLabel = "ID", description = "Calls of this agent only.")
    private @Nullable String agent;

    @Option(names = "--limit", description = "1 to 500 (default: ${DEFAULT-VALUE}).")
    private int limit = 50;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private CommandSpec spec;

    @Override
    int run(Admin admin, PrintWriter out) {
      Optional<CallState> wanted = state == null ? Optional.empty() : CallState.fromWireName(state);
      if (state != null && wanted.isEmpty()) {
        throw wrong(
            spec, "--state takes reserved, executed, failed or unknown, was '" + state + "'");
      }
      if (limit < 1 || limit > LIMIT_MAX) {
        throw wrong(spec, "--limit takes 1 to 500, was " + limit);
      }
      long namespaceId = admin.accounts().namespace(namespace).id();
      CallPage page = register(admin).page(namespaceId, wanted.orElse(null), agent, limit, 0);
      out.printf("%-19s %-9s %-21s %-12s %s%n", "ID", "STATE", "CREATED", "USD", "AGENT, TOOL");
      page.items().forEach(found -> print(found, out));
      out.println(page.items().size() + " of " + page.total());
      return 0;
    }

    private static void print(CallPage.Found found, PrintWriter out) {
      CallRow row = found.row();
      String message = row.ending().message();
      out.printf(
          "%-19s %-9s %-21s %-12s %s, %s%s%n",
          CallId.of(found.key().number()),
          row.state().wireName(),
          Instant.ofEpochMilli(row.hold().createdAtMs()).truncatedTo(ChronoUnit.SECONDS),
          Money.toUsd(row.hold().spendNanoUsd()).toPlainString(),
          printable(row.asked().agentId()),
          row.asked().tool(),
          message == null ? "" : ": " + printable(message));
    }

    /// Nothing that an agent or a tool has written may move the terminal's cursor.
    private static String printable(String text) {
      return text.replaceAll("\\p{Cntrl}", "?");
    }
  }

  /// `onceonly calls resolve`.
  @Command(
      name = "resolve",
      mixinStandardHelpOptions = true,
      description = "Settles an unknown call by your word.")
  static final class Resolve extends OperatorCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "As 'calls list' shows it.")
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private String callId;

    @Parameters(index = "1", paramLabel = "OUTCOME", description = "executed or failed.")
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private String outcome;

    @Option(names = "--namespace", description = "Whose call (default: ${DEFAULT-VALUE}).")
    private String namespace = Accounts.DEFAULT_NAMESPACE;

    @Option(names = "--result", paramLabel = "JSON", description = "What the tool answered.")
    private @Nullable String result;

    @Option(names = "--note", description = "At most 1024 characters, for the audit log.")
    private @Nullable String note;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private CommandSpec spec;

    @Override
    int run(Admin admin, PrintWriter out) {
      boolean executed = outcome.equals("executed");
      if (!executed && !outcome.equals("failed")) {
        throw wrong(spec, "OUTCOME is executed or failed, was '" + outcome + "'");
      }
      if (result != null && !executed) {
        throw wrong(spec, "--result is for an executed call");
      }
      if (note != null && note.length() > NOTE_CHARS_MAX) {
        throw wrong(spec, "--note has at most 1024 characters");
      }
      CallRegister register = register(admin);
      long namespaceId = admin.accounts().namespace(namespace).id();
      Optional<CallPage.Found> found = register.find(namespaceId, callId);
      if (found.isEmpty()) {
        throw new AccountException("there is no call " + callId + " in namespace " + namespace);
      }
      String resultJson = result == null ? null : object(result);
      try {
        register.resolve(new ResolveCall(found.get().key(), ACTOR, executed, resultJson, note));
      } catch (Failure refused) {
        throw new AccountException(callId + ": " + refused.getMessage());
      }
      out.println("resolved " + callId + " as " + outcome);
      return 0;
    }

    private String object(String text) {
      try {
        JsonNode value = Json.read(text.getBytes(StandardCharsets.UTF_8));
        if (value.isObject()) {
          return Json.text(value);
        }
      } catch (JsonRefused refused) {
        throw wrong(spec, "--result is no JSON: " + refused.getMessage());
      }
      throw wrong(spec, "--result is a JSON object");
    }
  }
}
