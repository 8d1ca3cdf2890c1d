package dev.onceonly.server.command;

import dev.onceonly.core.service.Accounts;
import dev.onceonly.dispatch.TinkSealer;
import dev.onceonly.server.OnceOnlyServer;
import dev.onceonly.server.Stores;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.server.admin.AdminWire;
import dev.onceonly.server.admin.FolderTurn;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.store.sqlite.StoreRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// A command on a store that is there; it makes none. Where a server runs on the data folder it is
/// carried out inside that server, else here, with the folder held meanwhile. Where neither can be,
/// since a server starts or another command is at work, it waits for its turn.
abstract class OperatorCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before call().
  private CommandSpec spec;

  /// Carries the command out.
  ///
  /// @return the exit code
  abstract int run(Admin admin, PrintWriter out);

  /// The words to send to a running server; paths in them are made absolute, since the server's
  /// folder is another one.
  List<String> wordsForServer(List<String> words) {
    return words;
  }

  @Override
  public final Integer call() {
    OnceOnlyCommand root = (OnceOnlyCommand) spec.root().userObject();
    Admin inside = root.inside();
    PrintWriter out = spec.commandLine().getOut();
    if (inside != null) {
      return run(inside, out);
    }
    Settings settings = options.settings(Map.of());
    List<String> words = wordsForServer(List.of(root.words()));
    return FolderTurn.await(
        settings.data(),
        () -> {
          DataFolder folder = DataFolder.tryHoldStore(settings.data());
          return folder == null ? ask(settings.data(), words) : runHere(folder, settings, out);
        });
  }

  // Boxed, so that a null beside it is not unboxed.
  private Integer runHere(DataFolder folder, Settings settings, PrintWriter out) {
    try (folder;
        SqliteStore store = Stores.open(folder, settings)) {
      Accounts accounts =
          new Accounts(store, settings.behaviour().plans(), settings.behaviour().defaultPlan());
      TinkSealer sealer = new TinkSealer(settings.sealingKeyFile(), store::allTools);
      Admin.Secrets secrets = Admin.Secrets.alone(sealer);
      return run(new Admin(store, accounts, OnceOnlyServer.strongRandom(), secrets), out);
    } finally {
      out.flush();
    }
  }

  /// The exit code of a server that was asked; null where none takes commands.
  private @Nullable Integer ask(Path data, List<String> words) {
    try {
      AdminWire.Answer answer = AdminWire.call(data, new AdminWire.Request(words));
      spec.commandLine().getOut().print(answer.out());
      spec.commandLine().getOut().flush();
      spec.commandLine().getErr().print(answer.err());
      spec.commandLine().getErr().flush();
      return answer.exitCode();
    } catch (ConnectException e) {
      return null;
    } catch (IOException e) {
      // Not to be tried again: what changes something would change it twice.
      throw new StoreRefused(
          "the server that has the data folder "
              + data
              + " gave no answer: whether the command was carried out is not known");
    }
  }
}
