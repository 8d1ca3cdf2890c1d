package dev.onceonly.server.command;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.AccountException;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.server.admin.AdminWire;
import dev.onceonly.server.config.SettingsException;
import dev.onceonly.store.sqlite.StoreRefused;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `onceonly` and its commands. An operator's command runs here, or, where a server runs on the
/// data folder, inside that server: the same words go through its socket and are carried out by
/// this same class there.
@Command(
    name = "onceonly",
    description = "Exactly-once execution control for AI agents.",
    mixinStandardHelpOptions = true,
    versionProvider = OnceOnlyCommand.Version.class)
public final class OnceOnlyCommand implements Runnable {
  private static final int REFUSED = 1;

  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  /// What a running server carries out on its own store.
  private static final Set<String> INSIDE =
      Set.of("keys", "namespaces", "audit", "calls", "backup", "rekey", "resume", "verify");

  static {
    COMMANDS.put("demo", DemoCommand::new);
    COMMANDS.put("serve", ServeCommand::new);
    COMMANDS.put("keys", KeysCommand::new);
    COMMANDS.put("namespaces", NamespacesCommand::new);
    COMMANDS.put("plans", PlansCommand::new);
    COMMANDS.put("audit", AuditCommand::new);
    COMMANDS.put("calls", CallsCommand::new);
    COMMANDS.put("backup", BackupCommand::new);
    COMMANDS.put("restore", RestoreCommand::new);
    COMMANDS.put("rekey", RekeyCommand::new);
    COMMANDS.put("resume", ResumeCommand::new);
    COMMANDS.put("verify", VerifyCommand::new);
    COMMANDS.put("train", TrainCommand::new);
  }

  private final @Nullable Admin inside;
  private final String[] words;

  @CommandLine.Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before run().
  private CommandLine.Model.CommandSpec spec;

  private OnceOnlyCommand(@Nullable Admin inside, String[] words) {
    this.inside = inside;
    this.words = words;
  }

  /// Runs a command line of this process and says its exit code: 0 done, 1 refused, 2 not
  /// understood.
  public static int run(String... words) throws InterruptedException {
    try {
      if (ServeArguments.collect(words) != null) {
        return new Serving(() -> Objects.requireNonNull(ServeArguments.collect(words))).run();
      }
    } catch (AccountException | SettingsException | StoreRefused | Failure e) {
      System.err.println("onceonly: " + e.getMessage());
      return REFUSED;
    }
    return commandLine(new OnceOnlyCommand(null, words)).execute(words);
  }

  /// Runs an operator's command inside the server that has the store open.
  public static AdminWire.Answer runInside(Admin admin, AdminWire.Request request) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = request.words().toArray(String[]::new);
    CommandLine line =
        commandLine(new OnceOnlyCommand(admin, words))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    int exitCode = line.execute(words);
    line.getOut().flush();
    line.getErr().flush();
    return new AdminWire.Answer(exitCode, out.toString(), err.toString());
  }

  private static CommandLine commandLine(OnceOnlyCommand root) {
    CommandLine line = new CommandLine(root);
    // Only the command that was asked for is built: looking at all of them costs more than a
    // server's start may.
    String asked = root.words.length == 0 ? "" : root.words[0];
    Supplier<Object> only = COMMANDS.get(asked);
    if (root.inside != null) {
      COMMANDS.entrySet().stream()
          .filter(command -> INSIDE.contains(command.getKey()))
          .forEach(command -> line.addSubcommand(command.getKey(), command.getValue().get()));
    } else if (only != null) {
      line.addSubcommand(asked, only.get());
    } else {
      COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.get()));
    }
    return line.setExecutionExceptionHandler((exception, failed, _) -> {
      if (exception instanceof AccountException
          || exception instanceof SettingsException
          || exception instanceof StoreRefused
          || exception instanceof Failure) {
        line.getErr().println("onceonly: " + exception.getMessage());
        return REFUSED;
      }
      throw exception;
    });
  }

  /// The store that this process has open already; null where this is an operator's own process.
  @Nullable Admin inside() {
    return inside;
  }

  /// The command line as it was given.
  String[] words() {
    return words;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /// The version of the package that this is run from.
  static String version() {
    String version = OnceOnlyCommand.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }

  /// What `--version` says.
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"onceonly " + version()};
    }
  }
}
