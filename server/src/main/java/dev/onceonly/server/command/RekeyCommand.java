package dev.onceonly.server.command;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.dispatch.Pause;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.server.admin.Rekeying;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/// `onceonly rekey`.
@Command(
    name = "rekey",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a new key for the tools' secrets, seals them all with it, and forgets the old key.",
      "A running server goes on meanwhile. Ended in the middle, it is simply run again."
    })
final class RekeyCommand extends OperatorCommand {
  @Override
  int run(Admin admin, PrintWriter out) {
    Admin.Secrets secrets = admin.secrets();
    if (!secrets.sealer().hasKey()) {
      out.println("there is no key yet, since no secret has been sealed");
      return 0;
    }
    Rekeying.Result result = rekey(admin, secrets);
    out.println("sealed the secrets of " + result.resealed() + " tools with a new key");
    result
        .unreadable()
        .forEach(tool ->
            out.println("PROBLEM: no key opens the secret of " + tool + "; register it again"));
    return result.unreadable().isEmpty() ? 0 : 1;
  }

  private static Rekeying.Result rekey(Admin admin, Admin.Secrets secrets) {
    try {
      return new Rekeying(admin.store(), admin.store(), secrets.sealer(), Pause.SLEEP)
          .run(secrets.onTheirWay());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ErrorCode.UNKNOWN_OUTCOME, "ended in the middle; run it again");
    }
  }
}
