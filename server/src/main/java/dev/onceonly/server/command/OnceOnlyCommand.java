package dev.onceonly.server.command;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.AccountException;
import dev.onceonly.server.Logs;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.server.admin.AdminWire;
import dev.onceonly.server.config.Reason;
import dev.onceonly.server.config.SettingsException;
import dev.onceonly.store.sqlite.StoreRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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
  private static final int NOT_UNDERSTOOD = 2;
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  /// What a running server carries out on its own store.
  private static final Set<String> INSIDE =
      Set.of("keys", "namespaces", "audit", "calls", "backup", "rekey", "resume", "verify");

  static {
    COMMANDS.put("demo", DemoCommand::new);
    COMMANDS.put("serve", ServeCommand::new);
    COMMANDS.put("config", ConfigCommand::new);
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
    } catch (RuntimeException e) {
      String line = told(e, false);
      if (Logs.flushed()) {
        System.err.println("onceonly: " + line);
      }
      return REFUSED;
    }
    // What is logged beside a command's own words is for people too.
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "onceonly: %5$s%n");
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

  /// What an operator is told of a failure, in a line.
  ///
  /// @param offline whether this is a command's own process, whose log nobody keeps
  private static String told(Exception exception, boolean offline) {
    String refusal = refusal(exception);
    return refusal == null ? unexpected(exception, offline) : refusal;
  }

  /// What nobody has foreseen: on a damaged store above all, where anything may be read.
  private static String unexpected(Exception exception, boolean offline) {
    System.getLogger(OnceOnlyCommand.class.getName())
        .log(
            offline ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR,
            "a command failed",
            exception);
    String message = exception.getMessage();
    return "failed with "
        + exception.getClass().getSimpleName()
        + (message == null ? "" : " (" + message.replaceAll("\\p{C}+", " ") + ")")
        + "; 'onceonly verify' says whether the store is damaged";
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
    line.setExecutionExceptionHandler((exception, failed, _) -> {
      line.getErr().println("onceonly: " + told(exception, root.inside == null));
      return REFUSED;
    });
    return line.setParameterExceptionHandler(OnceOnlyCommand::notUnderstood);
  }

  /// Says in a line what was not understood and where the rest can be read: a whole usage would
  /// push the reason off the screen.
  private static int notUnderstood(CommandLine.ParameterException mistake, String[] words) {
    CommandLine failed = mistake.getCommandLine();
    failed
        .getErr()
        .println(
            "onceonly: "
                + oneLine(mistake.getMessage())
                + "; see '"
                + failed.getCommandSpec().qualifiedName()
                + " --help'");
    return NOT_UNDERSTOOD;
  }

  /// What was foreseen, in our own words; null for the rest.
  private static @Nullable String refusal(Exception fault) {
    return switch (fault) {
      case AccountException e -> oneLine(e.getMessage());
      case SettingsException e -> oneLine(e.getMessage());
      case StoreRefused e -> oneLine(e.getMessage());
      case Failure e -> oneLine(e.getMessage());
      // Our own words where there are any, and the platform's for the reason.
      case UncheckedIOException e when e.getCause() != null ->
          oneLine(e.getMessage() + ": " + Reason.of(e.getCause()));
      case IOException e -> oneLine(e.getMessage() + ": " + Reason.of(e));
      default -> null;
    };
  }

  private static String oneLine(@Nullable String text) {
    return String.valueOf(text).replaceAll("\\s*\\R\\s*", " ").strip();
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
