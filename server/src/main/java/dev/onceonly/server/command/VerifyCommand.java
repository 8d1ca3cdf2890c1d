package dev.onceonly.server.command;

import dev.onceonly.server.admin.Admin;
import dev.onceonly.store.sqlite.StoreCheck;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/// `onceonly verify`.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Checks that the store is consistent; exit code 1 if it is not. Reads only.")
final class VerifyCommand extends OperatorCommand {
  @Override
  int run(Admin admin, PrintWriter out) {
    StoreCheck.Findings findings = admin.store().check();
    findings.rows().forEach((table, rows) -> out.println(rows + " " + table));
    findings.problems().forEach(problem -> out.println("PROBLEM: " + problem));
    if (admin.store().isPaused()) {
      out.println("restored from a backup and not resumed yet");
    }
    out.println(findings.isSound() ? "the store is consistent" : "the store is NOT consistent");
    return findings.isSound() ? 0 : 1;
  }
}
