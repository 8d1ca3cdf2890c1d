package dev.onceonly.server.command;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.dispatch.Pause;
import dev.onceonly.dispatch.TinkSealer;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.server.admin.Rekeying;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `onceonly rekey`.
@Command(
    name = "rekey",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a new key for the tools' secrets, seals them all with it, and forgets the old key.",
      "A running server goes on meanwhile. Ended in the middle, it is simply run again.",
      "Where the key file has gone while the server runs, writes another from the server's memory.",
      "Exit code 1 where a secret can't be opened: put the lost key file back, or register the tool again."
    })
final class RekeyCommand extends OperatorCommand {
  @Option(
      names = "--abandon-lost-secrets",
      description = {
        "Give up the secrets that no key opens, when their key file is lost for good.",
        "Their tools are switched off until they are registered again. Makes no new key where there is one."
      })
  private boolean abandon;

  @Override
  int run(Admin admin, PrintWriter out) {
    Admin.Secrets secrets = admin.secrets();
    TinkSealer.KeyState state = secrets.sealer().state();
    String lost = secrets.sealer().lost(state);
    if (state == TinkSealer.KeyState.UNREADABLE || state == TinkSealer.KeyState.REPLACED) {
      out.println("PROBLEM: " + lost + "; put the right file back, or move it away");
      return 1;
    }
    boolean isGone = state == TinkSealer.KeyState.GONE;
    if (abandon && isGone) {
      out.println("PROBLEM: " + lost + "; nothing is lost yet: run rekey without an option");
      return 1;
    }
    if (abandon) {
      return abandon(admin, secrets, out);
    }
    if (lost != null && !isGone) {
      out.println(
          "PROBLEM: "
              + lost
              + "; put the right file back. If it is lost for good: rekey --abandon-lost-secrets");
      return 1;
    }
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

  private static int abandon(Admin admin, Admin.Secrets secrets, PrintWriter out) {
    List<String> abandoned =
        new Rekeying(admin.store(), admin.store(), secrets.sealer(), Pause.SLEEP).abandonLost();
    abandoned.forEach(tool ->
        out.println("switched off " + tool + ", whose secret is given up; register it again"));
    out.println("gave up the secrets of " + abandoned.size() + " tools");
    return 0;
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
