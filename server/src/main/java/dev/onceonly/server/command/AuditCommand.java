package dev.onceonly.server.command;

import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditQueries.Numbered;
import dev.onceonly.core.audit.ChainFault;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.Checkpoint;
import dev.onceonly.core.audit.RetentionHistory;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.core.service.AuditLog;
import dev.onceonly.http.json.Json;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.server.audit.CheckpointKey;
import dev.onceonly.server.audit.CheckpointPublicKey;
import dev.onceonly.server.audit.CheckpointText;
import dev.onceonly.store.sqlite.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `onceonly audit`.
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = "The audit log: show it, verify it, take checkpoints of it.",
    subcommands = {
      AuditCommand.Verify.class,
      AuditCommand.TakeCheckpoint.class,
      AuditCommand.Show.class
    })
final class AuditCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before run().
  private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /// `onceonly audit verify`.
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Walks every chain and names the first entry of each that is not as it was written; exit"
            + " code 1 if there is one. Writes nothing into the log.",
        "As every command, it first brings a store of an earlier version to this version's tables,"
            + " which older programs refuse then.",
        "A rewrite of the whole log, by someone who can write to the store, shows only against a"
            + " checkpoint that was kept elsewhere."
      })
  static final class Verify extends OperatorCommand {
    @Option(
        names = "--against",
        paramLabel = "FILE",
        description = "A checkpoint: every chain must still hold the entry that it names.")
    private @Nullable String against;

    @Option(
        names = "--public-key",
        paramLabel = "KEY",
        description =
            "Which must have signed it, as a file or as base64 (default: the data folder's own,"
                + " which whoever rewrites the store can replace as well).")
    private @Nullable String publicKey;

    @Override
    int run(Admin admin, PrintWriter out) {
      AuditLog log = new AuditLog(admin.store());
      LongFunction<String> names = names(admin.accounts());
      // The checkpoint first: one that can't be used is no reason to read the whole log.
      Checkpoint checkpoint = against == null ? null : read(Path.of(against), admin);
      AuditLog.Findings findings = log.verify();
      findings.faults().forEach(fault -> out.println("BROKEN: " + words(fault, names)));
      out.printf("%d entries in %d chains%n", findings.entries(), findings.chains());
      tellLowered(findings.retention(), out);
      boolean isSound = findings.faults().isEmpty();
      if (checkpoint != null) {
        AuditLog.Comparison comparison = log.compare(checkpoint);
        comparison
            .removed()
            .forEach(head ->
                out.println(
                    "removed by retention since the checkpoint, so not compared: entry "
                        + head.number()
                        + " of "
                        + words(head.chain(), names)));
        comparison.faults().forEach(fault -> out.println("BROKEN: " + words(fault, names)));
        out.printf(
            "compared with %d chains of the checkpoint of %s%n",
            checkpoint.heads().size(), Instant.ofEpochMilli(checkpoint.atMs()));
        isSound &= comparison.faults().isEmpty();
      }
      out.println(isSound ? "the audit log is sound" : "the audit log is NOT sound");
      return isSound ? 0 : 1;
    }

    /// A lowered setting removes what the one before would have kept, and says so itself.
    private static void tellLowered(RetentionHistory retention, PrintWriter out) {
      RetentionHistory.Period before = null;
      for (RetentionHistory.Period period : retention.periods()) {
        if (before != null && period.keptMs() < before.keptMs()) {
          out.printf(
              "NOTE: from %s on entries were removed under a lower audit_retention_days: %s, which"
                  + " was %s%n",
              Instant.ofEpochMilli(period.fromMs()), days(period.keptMs()), days(before.keptMs()));
        }
        before = period;
      }
    }

    private static String days(long keptMs) {
      return BigDecimal.valueOf(keptMs)
          .divide(BigDecimal.valueOf(Duration.ofDays(1).toMillis()), 3, RoundingMode.HALF_UP)
          .stripTrailingZeros()
          .toPlainString();
    }

    private Checkpoint read(Path file, Admin admin) {
      String given = publicKey;
      CheckpointPublicKey key = given == null ? own(admin) : parsed(given);
      try {
        return CheckpointText.read(Files.readAllBytes(file), key);
      } catch (IOException e) {
        throw new AccountException("can't read the checkpoint " + file);
      }
    }

    private static CheckpointPublicKey own(Admin admin) {
      Path folder = admin.store().folder();
      CheckpointKey key = CheckpointKey.find(folder);
      if (key == null) {
        throw new AccountException(
            "there is no "
                + CheckpointKey.FILE
                + " in "
                + folder
                + "; say with --public-key which key must have signed the checkpoint");
      }
      return key.publicKey();
    }

    private static CheckpointPublicKey parsed(String given) {
      try {
        Path file = Path.of(given);
        return CheckpointPublicKey.parse(Files.exists(file) ? Files.readString(file) : given);
      } catch (IOException | IllegalArgumentException e) {
        throw new AccountException("--public-key takes an Ed25519 public key, or a file with one");
      }
    }

    @Override
    List<String> wordsForServer(List<String> words) {
      List<String> absolute = withAbsolutePath(words, "--against", against);
      return publicKey != null && Files.exists(Path.of(publicKey))
          ? withAbsolutePath(absolute, "--public-key", publicKey)
          : absolute;
    }
  }

  /// `onceonly audit checkpoint`.
  @Command(
      name = "checkpoint",
      mixinStandardHelpOptions = true,
      description = {
        "Prints the head of every chain, signed, to be kept where nobody who can write to the"
            + " store can write.",
        "Keep the public key there as well: 'onceonly audit checkpoint --public-key'."
      })
  static final class TakeCheckpoint extends OperatorCommand {
    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "Write it to this new file instead of printing it.")
    private @Nullable String file;

    @Option(names = "--public-key", description = "Print the public key only.")
    private boolean publicKey;

    @Option(
        names = "--accept-new-key",
        description =
            "Sign with the key that is there, or a new one, though another has signed before and is"
                + " lost for good.")
    private boolean acceptNewKey;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private CommandSpec spec;

    @Override
    int run(Admin admin, PrintWriter out) {
      CheckpointKey key = key(admin);
      if (publicKey) {
        out.print(key.publicKey().toPem());
        return 0;
      }
      byte[] text =
          CheckpointText.write(
              new AuditLog(admin.store()).checkpoint(), names(admin.accounts()), key);
      if (file == null) {
        out.print(new String(text, StandardCharsets.UTF_8));
        return 0;
      }
      try {
        PrivateFiles.create(Path.of(file));
        Files.write(Path.of(file), text);
      } catch (FileAlreadyExistsException e) {
        throw new AccountException(
            "the file " + file + " exists already; a checkpoint overwrites nothing");
      } catch (IOException e) {
        throw new AccountException("can't write the checkpoint to " + file);
      }
      out.println("wrote " + file);
      return 0;
    }

    private CheckpointKey key(Admin admin) {
      Path folder = admin.store().folder();
      CheckpointKey there = CheckpointKey.find(folder);
      long known = admin.store().checkpointKey();
      boolean isKnown = there != null && there.publicKey().fingerprint() == known;
      if (known != 0 && !isKnown && !acceptNewKey) {
        throw new AccountException(
            (there == null
                    ? "there is no " + CheckpointKey.FILE + " in " + folder
                    : "the key in " + folder.resolve(CheckpointKey.FILE) + " is another one")
                + ", and checkpoints were signed before: put their key back. If it is lost for good:"
                + " audit checkpoint --accept-new-key");
      }
      CheckpointKey key = there == null ? CheckpointKey.make(folder) : there;
      if (there == null) {
        // Beside the checkpoint, which may go to standard output.
        spec.commandLine()
            .getErr()
            .println(
                "made the key "
                    + folder.resolve(CheckpointKey.FILE)
                    + ": keep a copy of it, and its public half where the checkpoints are");
        spec.commandLine().getErr().flush();
      }
      admin.store().noteCheckpointKey(key.publicKey().fingerprint());
      return key;
    }

    @Override
    List<String> wordsForServer(List<String> words) {
      return withAbsolutePath(words, "--out", file);
    }
  }

  /// `onceonly audit log`.
  @Command(
      name = "log",
      mixinStandardHelpOptions = true,
      description = "Shows the newest entries of one chain: an agent's, or the namespace's own.")
  static final class Show extends OperatorCommand {
    private static final int LIMIT_MAX = 10_000;

    @Option(names = "--namespace", description = "Whose log (default: ${DEFAULT-VALUE}).")
    private String namespace = Accounts.DEFAULT_NAMESPACE;

    @Option(
        names = "--agent",
        paramLabel = "ID",
        description =
            "The agent's calls and switches; without it, changes of keys, tools, plans and the"
                + " switch of all agents.")
    private @Nullable String agent;

    @Option(
        names = "--store",
        description = "The store's own chain: under which retention entries were removed.")
    private boolean ofStore;

    @Option(names = "--limit", description = "How many, 1 to 10000 (default: ${DEFAULT-VALUE}).")
    private int limit = 50;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private CommandSpec spec;

    @Override
    int run(Admin admin, PrintWriter out) {
      if (limit < 1 || limit > LIMIT_MAX) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--limit takes 1 to " + LIMIT_MAX + ", was " + limit);
      }
      ChainKey chain = ofStore ? RetentionHistory.CHAIN : chain(admin);
      out.printf("%-9s %-25s %-22s %-18s %s%n", "NUMBER", "TIME", "ACTION", "ACTOR", "WHAT");
      for (Numbered numbered : new AuditLog(admin.store()).newest(chain, limit)) {
        AuditEntry entry = numbered.entry();
        out.printf(
            "%-9d %-25s %-22s %-18s %s%n",
            numbered.number(),
            Instant.ofEpochMilli(entry.atMs()),
            printable(entry.action()),
            printable(entry.actor()),
            printable(what(entry)));
      }
      return 0;
    }

    private ChainKey chain(Admin admin) {
      long id = admin.accounts().namespace(namespace).id();
      return agent == null ? ChainKey.ofNamespace(id) : new ChainKey(id, agent);
    }

    private static String what(AuditEntry entry) {
      String detail = entry.detail() == null ? "" : entry.detail();
      AuditEntry.CallFacts call = entry.call();
      if (call == null) {
        return detail;
      }
      return call.verdict().decision()
          + " "
          + call.tool()
          + ", "
          + call.verdict().reason()
          + ", risk "
          + call.verdict().riskLevel()
          + (call.callId() == null ? "" : ", " + call.callId())
          + (detail.isEmpty() ? "" : ", " + detail);
    }
  }

  /// What namespaces are called, by their numbers.
  static LongFunction<String> names(Accounts accounts) {
    List<Namespace> all = accounts.namespaces();
    return id ->
        all.stream()
            .filter(namespace -> namespace.id() == id)
            .map(Namespace::name)
            .findFirst()
            .orElse(id == RetentionHistory.CHAIN.namespaceId() ? "(store)" : "number " + id);
  }

  /// What is wrong, and in which chain.
  static String words(ChainFault fault, LongFunction<String> names) {
    return fault.words() + " (" + words(fault.chain(), names) + ")";
  }

  private static String words(ChainKey chain, LongFunction<String> names) {
    if (chain.equals(RetentionHistory.CHAIN)) {
      return "the store's own";
    }
    String name = names.apply(chain.namespaceId());
    return chain.chain().equals(ChainKey.NAMESPACE)
        ? "namespace " + name
        : "agent " + printable(Json.text(chain.chain())) + " of namespace " + name;
  }

  /// What users named may not steer an operator's terminal.
  static String printable(String text) {
    return text.replaceAll("\\p{C}", "?");
  }

  /// The server's folder is another one than ours.
  private static List<String> withAbsolutePath(
      List<String> words, String option, @Nullable String path) {
    if (path == null) {
      return words;
    }
    String absolute = Path.of(path).toAbsolutePath().toString();
    return words.stream()
        .map(word ->
            word.equals(path)
                ? absolute
                : word.equals(option + "=" + path) ? option + "=" + absolute : word)
        .toList();
  }
}
